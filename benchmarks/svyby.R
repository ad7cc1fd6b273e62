# The same 902 shares with SE by R survey's svyby. Rscript svyby.R FILE.csv RESULT.json
# Seconds are those of design and estimation; reading the file is not counted.
suppressMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
responses <- read.csv(arguments[1], colClasses = c(unit = "character", psu = "character"))
items <- setdiff(names(responses), c("unit", "psu", "weight"))
start <- proc.time()[["elapsed"]]
for (item in items) {
  answers <- responses[[item]]
  responses[[item]] <- ifelse(answers >= 1, as.numeric(answers >= 4), NA)
}
design <- svydesign(ids = ~psu, strata = ~unit, weights = ~weight, data = responses)
found <- lapply(items, function(item) {
  svyby(as.formula(paste0("~", item)), ~unit, design, svymean, na.rm = TRUE)
})
seconds <- proc.time()[["elapsed"]] - start
share <- sapply(found, function(by_unit) by_unit[order(by_unit$unit), 2])
se <- sapply(found, function(by_unit) SE(by_unit)[order(by_unit$unit)])
values <- paste(sprintf("%.17g", as.vector(t(cbind(share, se)))), collapse = ", ")
writeLines(sprintf('{"seconds": %.6f, "values": [%s]}', seconds, values), arguments[2])
