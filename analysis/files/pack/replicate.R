# Recomputes every published figure of figures.csv from responses.csv and the design, and says which match.
#
#   Rscript replicate.R [folder]
#
# Needs R and the package survey. Ends with 0 when all figures match, 1 when one does not, 2 when it cannot run.
# Estimates are ratios; their variance is svytotal's of the linearised values (Taylor), as svyratio computes it. The
# intervals that the package does not have in this form are computed here by the formula that is named beside them.

suppressPackageStartupMessages(library(survey))
TOLERANCE <- 1e-6 # Of rates in percent.
TINY <- 1e-12
PRINTED <- c("n", "base", "estimate", "se", "df", "low", "high", "deff")

arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments)) arguments[1] else "."
fail <- function(sentence) {
  cat("Error:", sentence, "\n")
  quit(status = 2)
}
read <- function(name) {
  file <- file.path(folder, name)
  if (!file.exists(file)) fail(paste(name, "is missing: unpack the whole replication pack."))
  read.csv(file, colClasses = "character", na.strings = "", check.names = FALSE, encoding = "UTF-8")
}
numbers <- function(text) as.numeric(strsplit(text, " ")[[1]])
words <- function(text) if (is.na(text)) character() else strsplit(text, " ")[[1]]

published <- read("figures.csv")
responses <- read("responses.csv")
unseen <- read("unseen_psus.csv")
waves <- read("waves.csv")
items <- read("items.csv")
measures <- read("measures.csv")
method <- read("method.csv")
codes <- read("codebook.csv")
level <- as.numeric(method$level)
target <- as.numeric(method$target)
options(survey.lonely.psu = c(fail = "fail", certainty = "certainty", average = "average", centre = "adjust")[[method$lonely_psu]])

# ---- Samples: one for each wave and series, as they were drawn

key_of <- function(variable, code) {
  known <- codes[codes$name == variable, ]
  known$key[match(code, known$code)]
}
for (variable in c("series", "mode", "respondent_type", "wave"))
  responses[[variable]] <- key_of(variable, responses[[variable]])
for (variable in unique(measures$variable)) responses[[variable]] <- as.numeric(responses[[variable]])
responses <- responses[responses$counted == "1", ]
responses$design_stratum[is.na(responses$design_stratum)] <- ""
responses$design_weight <- as.numeric(responses$design_weight)
responses$is_response <- TRUE

# A sampled PSU without a response counts as 0 in a variance: two rows of weight 0, so that it is not a stratum of one.
if (nrow(unseen)) {
  empty <- responses[rep(NA_integer_, 2 * nrow(unseen)), ]
  for (variable in names(unseen)) empty[[variable]] <- rep(unseen[[variable]], each = 2)
  empty$id <- paste("unseen", seq_len(nrow(empty)))
  empty$series <- "probability"
  empty$design_weight <- 0
  empty$is_response <- FALSE
  responses <- rbind(responses, empty)
}

make_sample <- function(wave, series) {
  rows <- responses[responses$wave == wave$slug & responses$series == series, ]
  if (!nrow(rows)) return(NULL)
  rows$psu <- as.integer(factor(paste(rows$design_stratum, rows$design_psu, sep = "\r")))
  rows$stratum <- as.integer(factor(rows$design_stratum))
  planned <- series == "probability" && wave$planned == "1"
  design <- if (!planned || wave$first_stage == "with-replacement") {
    svydesign(ids = ~psu, strata = ~stratum, weights = ~design_weight, data = rows, nest = TRUE)
  } else {
    # Drawn without replacement at both stages; a PSU cannot hold fewer people than answered.
    people <- as.numeric(rows$people_in_psu)
    rows$people <- ifelse(is.na(people), Inf, pmax(people, ave(rows$psu, rows$psu, FUN = length)))
    rows$psus <- as.numeric(rows$psus_in_frame)
    svydesign(ids = ~psu + id, strata = ~stratum, fpc = ~psus + people, weights = ~design_weight, data = rows, nest = TRUE)
  }
  own <- measures[measures$wave == wave$slug, ]
  hit <- base <- matrix(0, nrow(rows), nrow(own), dimnames = list(NULL, own$code))
  for (i in seq_len(nrow(own))) {
    x <- rows[[own$variable[i]]]
    answered <- !is.na(x) & if (own$kind[i] == "state") x != -2 else x >= as.numeric(own$at_least[i])
    base[, i] <- answered
    hit[, i] <- ifelse(answered, if (own$kind[i] == "mean") x else x %in% numbers(own$hits[i]), 0)
  }
  list(rows = rows, design = design, planned = planned, series = series, wave = wave, measures = own, hit = hit, base = base)
}

# ---- Estimates of one domain: linear combinations of ratios, with their linearised values

ratio <- function(sample, weights, hit, base) {
  total <- sum(weights * base)
  if (total == 0) return(list(value = NaN, scores = 0 * base))
  value <- sum(weights * hit) / total
  list(value = value, scores = (hit - value * base) * (weights > 0) / total)
}

estimate_of <- function(code, value, scores, present, n, base, is_mean = FALSE, unit = 100)
  list(code = code, value = value, scores = scores, present = present, n = n, base = base, is_mean = is_mean, unit = unit)

# What an item or a part of it is in this domain.
simple <- function(sample, inside, code) {
  weights <- sample$rows$design_weight * inside
  hit <- sample$hit[, code]
  base <- sample$base[, code]
  found <- ratio(sample, weights, hit, base)
  count <- sum(base * inside * sample$rows$is_response)
  is_mean <- sample$measures$kind[sample$measures$code == code] == "mean"
  estimate_of(code, found$value, found$scores * inside, weights > 0 & base > 0, count, count, is_mean, if (is_mean) 1 else 100)
}

weighted <- function(sample, inside, code, counted, shares, n) {
  if (!length(counted)) return(estimate_of(code, NaN, 0 * inside, inside & FALSE, n, 0))
  parts <- lapply(counted, function(item) simple(sample, inside, item))
  estimate_of(
    code,
    sum(shares * sapply(parts, `[[`, "value")),
    Reduce(`+`, Map(function(share, part) share * part$scores, shares, parts)),
    Reduce(`|`, lapply(parts, `[[`, "present")),
    n,
    sum(sapply(parts, `[[`, "base"))
  )
}

# All answers as one ratio; `score` takes the levels themselves, over 5.
pooled <- function(sample, inside, code, counted, n, score = FALSE) {
  if (!length(counted)) return(estimate_of(code, NaN, 0 * inside, inside & FALSE, n, 0, score))
  weights <- sample$rows$design_weight * inside
  base <- rowSums(sample$base[, counted, drop = FALSE])
  hit <- if (score) rowSums(sapply(counted, function(item) pmax(sample$rows[[item]], 0) * sample$base[, item]), na.rm = TRUE) / 5
    else rowSums(sample$hit[, counted, drop = FALSE])
  found <- ratio(sample, weights, hit, base)
  count <- sum(base * inside * sample$rows$is_response)
  estimate_of(code, found$value, found$scores * inside, weights > 0 & base > 0, n, count, score)
}

rated_any <- function(sample, inside, of) {
  any <- rowSums(sample$base[, of, drop = FALSE]) > 0
  sum(any & inside & sample$rows$is_response)
}

# Everything that is built from items: overall, blocks and factors.
composites <- function(sample, inside, minimum) {
  own <- items[items$wave == sample$wave$slug, ]
  counts <- colSums(sample$base[, own$item, drop = FALSE] * inside * sample$rows$is_response)
  own$counts <- counts >= max(minimum, 1)
  kept <- own[own$counts, ]
  n <- rated_any(sample, inside, own$item)
  mean_of <- function(code, part, of) weighted(sample, inside, code, part, rep(1 / max(length(part), 1), length(part)), rated_any(sample, inside, of))
  by_share <- function(code, group, weight) {
    groups <- split(own, group)
    if (!length(groups) || !all(sapply(groups, function(part) any(part$counts)))) return(weighted(sample, inside, code, character(), numeric(), n))
    shares <- unlist(lapply(groups, function(part) weight(part)[part$counts] / sum(part$counts)))
    weighted(sample, inside, code, unlist(lapply(groups, function(part) part$item[part$counts])), shares / sum(shares), n)
  }
  formula <- list(
    O_crit = function(code) mean_of(code, kept$item, own$item),
    O_pool = function(code) pooled(sample, inside, code, kept$item, n),
    H1 = function(code) pooled(sample, inside, code, kept$item, n),
    O_fac = function(code) by_share(code, own$factor, function(part) rep(1, nrow(part))),
    O_block = function(code) by_share(code, ifelse(is.na(own$block), NA, own$block), function(part) as.numeric(part$block_weight)),
    H2 = function(code) {
      base <- rowSums(sample$base[, own$item, drop = FALSE]) > 0
      hit <- base & rowSums(sample$base[, own$item, drop = FALSE] - sample$hit[, own$item, drop = FALSE]) == 0
      found <- ratio(sample, sample$rows$design_weight * inside, as.numeric(hit), as.numeric(base))
      present <- sample$rows$design_weight * inside > 0 & base
      estimate_of(code, found$value, found$scores * inside, present, n, n)
    },
    H3 = function(code) pooled(sample, inside, code, kept$item, n, score = TRUE)
  )
  overall <- list(index = formula[[sample$wave$formula]]("index"))
  for (beside in words(sample$wave$beside)) overall[[beside]] <- formula[[beside]](beside)
  of_group <- function(group) sapply(unique(group[!is.na(group)]), function(code) {
    part <- own[group %in% code, ]
    mean_of(code, part$item[part$counts], part$item)
  }, simplify = FALSE)
  list(overall = overall, factor = of_group(own$factor), block = of_group(own$block))
}

# Variances of many estimates at once, and degrees of freedom: PSUs with an answer minus the strata that hold them.
# Strata in which nobody of the domain answered add nothing, and are not averaged over where a lonely PSU needs an average.
finish <- function(sample, estimates, inside) {
  kept <- sample$rows$stratum %in% sample$rows$stratum[inside & sample$rows$is_response]
  scores <- as.matrix(sapply(estimates, `[[`, "scores"))[kept, , drop = FALSE]
  variance <- if (any(kept)) diag(as.matrix(vcov(svytotal(scores, sample$design[kept, ])))) else 0
  Map(function(one, v) {
    one$variance <- if (is.nan(one$value)) NaN else max(v, 0)
    one$df <- if (sample$series != "probability") max(one$n - 1, 0)
      else length(unique(sample$rows$psu[one$present])) - length(unique(sample$rows$stratum[one$present]))
    one$scores <- one$present <- NULL
    one
  }, estimates, variance)
}

# ---- Intervals of shares (0 to 1)

t_quantile <- function(df) if (df > 0) qt(0.5 + level / 2, df) else NaN

# Korn and Graubard (1998), the package's svyciprop "beta", with n* at most the answers behind the figure (NCHS).
korn_graubard_capped <- function(one, p, se) {
  spread <- se > TINY && p > TINY && p < 1 - TINY
  size <- (if (spread) p * (1 - p) / se^2 else one$base) * (t_quantile(one$base - 1) / t_quantile(one$df))^2
  size <- min(size, if (spread) one$base else one$n)
  if (!is.finite(size)) return(c(NaN, NaN))
  tail <- (1 - level) / 2
  low <- if (p < TINY) 0 else qbeta(tail, if (p > 1 - TINY) size else size * p, (if (p > 1 - TINY) 0 else size * (1 - p)) + 1)
  high <- if (p > 1 - TINY) 1 else qbeta(1 - tail, (if (p < TINY) 0 else size * p) + 1, if (p < TINY) size else size * (1 - p))
  c(low, high)
}

# Roots q of (p - q)^2 = t^2 q (1 - q) / n_eff, with n_eff = p (1 - p) / se^2 (svyciprop "wilson" of survey 4.5).
wilson <- function(one, p, se) {
  size <- if (se > TINY) p * (1 - p) / se^2 else one$n
  t2 <- t_quantile(one$df)^2
  middle <- (p + t2 / (2 * size)) / (1 + t2 / size)
  reach <- sqrt(t2 * p * (1 - p) / size + t2^2 / (4 * size^2)) / (1 + t2 / size)
  pmin(pmax(c(middle - reach, middle + reach), 0), 1)
}

# logit(p) -/+ t se / (p (1 - p)), back on the scale of shares (svyciprop "xlogit"). None at exactly 0 and 1.
logit <- function(one, p, se) {
  if (p <= TINY || p >= 1 - TINY) return(c(NaN, NaN))
  plogis(qlogis(p) + c(-1, 1) * t_quantile(one$df) * se / (p * (1 - p)))
}

student_t <- function(one, p, se) p + c(-1, 1) * t_quantile(one$df) * se

intervals <- list(korn_graubard_capped = korn_graubard_capped, wilson = wilson, logit = logit)

# ---- One row of figures.csv

shown <- function(figure, one, respondents, drawn) {
  none <- list(n = respondents, base = one$base, estimate = NA, se = NA, df = NA, low = NA, high = NA, deff = NA, verdict = "")
  if (is.nan(one$value)) return(none)
  se <- sqrt(one$variance)
  found <- modifyList(none, list(estimate = one$unit * one$value, df = one$df))
  if (one$df < 1) return(found)
  limits <- (if (one$is_mean) student_t else intervals[[method$interval]])(one, one$value, se)
  limits[is.nan(limits)] <- NA
  found$se <- one$unit * se
  found[c("low", "high")] <- round(one$unit * limits, 9)
  spread <- one$value * (1 - one$value)
  if (!one$is_mean && spread > TINY && one$base > 1) found$deff <- one$variance * (one$base - 1) / spread
  # Of answers that no plan drew nothing is concluded.
  if (drawn && figure$level == "overall" && figure$code == "index" && figure$domain_type != "point" && figure$series %in% c("probability", "combined"))
    found$verdict <- verdict(one$n, found$low, found$high)
  found
}

# Strictly above the target; none for fewer than 30 respondents.
verdict <- function(n, low, high) {
  if (n < 30 || is.na(low)) "" else if (low > target) "met" else if (high <= target) "not_met" else "undecided"
}

state <- function(sample, inside, code) {
  weights <- sample$rows$design_weight * inside
  hit <- sample$hit[, code] * inside
  base <- sample$base[, code] * inside
  list(n = sum(hit), base = sum(base), estimate = 100 * sum(weights * hit) / sum(weights * base),
    se = NA, df = NA, low = NA, high = NA, deff = NA, verdict = "")
}

# ---- All figures, domain by domain

samples <- list()
for (i in seq_len(nrow(waves))) for (series in c("probability", "open", "counter_3"))
  if ((series == "counter_3") == (waves$kind[i] == "counter"))
    samples[[paste(waves$slug[i], series)]] <- make_sample(waves[i, ], series)

# What the responses hold for a domain: its own key, or the number of an answer.
code_of <- function(type, domain)
  if (type %in% measures$variable) codes$code[codes$name == type & codes$key %in% domain] else domain

in_domain <- function(sample, type, domain) switch(type,
  all = rep(TRUE, nrow(sample$rows)),
  wave = rep(sample$wave$slug == domain, nrow(sample$rows)),
  sample$rows[[type]] %in% code_of(type, domain))

# The samples that a figure is about: one, or for combined figures those of all waves that have a weight.
samples_of <- function(series, type, domain) {
  of <- if (series == "combined") "probability" else series
  Filter(function(sample) sample$series == of && any(in_domain(sample, type, domain)), samples)
}

minimum_of <- function(sample, type) if (type %in% c("unit", "unit_end", "point")) as.numeric(sample$wave$base_minimum) else 1

in_levels <- function(sample, figures, inside, type) {
  found <- list()
  if (any(figures$level %in% c("overall", "factor", "block"))) found <- composites(sample, inside, minimum_of(sample, type))
  plain <- unique(figures$code[!figures$level %in% c("overall", "factor", "block")])
  plain <- plain[plain %in% sample$measures$code[sample$measures$kind != "state"]]
  found$plain <- sapply(plain, function(code) simple(sample, inside, code), simplify = FALSE)
  flat <- unlist(found, recursive = FALSE)
  flat[names(flat)] <- finish(sample, flat, inside)
  flat
}

combine <- function(parts, shares) {
  first <- parts[[1]]
  add <- function(name, by = rep(1, length(parts))) sum(by * sapply(parts, `[[`, name))
  first[c("value", "variance", "df", "n", "base")] <- list(add("value", shares), add("variance", shares^2), add("df"), add("n"), add("base"))
  first
}

recompute <- function(figures) {
  series <- figures$series[1]; type <- figures$domain_type[1]; domain <- figures$domain[1]
  chosen <- samples_of(series, type, domain)
  shares <- as.numeric(sapply(chosen, function(sample) sample$wave$weight))
  if (series == "combined") {
    chosen <- chosen[shares > 0 & !is.na(shares)]
    shares <- shares[shares > 0 & !is.na(shares)]
    shares <- shares / sum(shares)
  }
  if (!length(chosen)) return(rep(list(NULL), nrow(figures)))
  inside <- lapply(chosen, in_domain, type, domain)
  drawn <- all(sapply(chosen, `[[`, "planned"))
  respondents <- sum(mapply(function(sample, i) sum(i & sample$rows$is_response), chosen, inside))
  estimates <- Map(function(sample, i) in_levels(sample, figures, i, type), chosen, inside)
  lapply(seq_len(nrow(figures)), function(i) {
    figure <- figures[i, ]
    own <- chosen[[1]]$measures
    if (any(own$code == figure$code & own$kind == "state")) return(state(chosen[[1]], inside[[1]], figure$code))
    composite <- figure$level %in% c("overall", "factor", "block")
    name <- paste(if (composite) figure$level else "plain", figure$code, sep = ".")
    parts <- lapply(estimates, `[[`, name)
    if (any(sapply(parts, is.null))) return(NULL)
    shown(figure, if (series == "combined") combine(parts, shares) else parts[[1]], respondents, drawn)
  })
}

differs <- function(figure, found) {
  if (is.null(found)) return("it cannot be computed from the data of this pack")
  ours <- unlist(found[PRINTED])
  theirs <- as.numeric(unlist(figure[PRINTED]))
  far <- is.na(ours) != is.na(theirs) | (!is.na(ours) & !is.na(theirs) & abs(ours - theirs) > TOLERANCE)
  said <- sprintf("%s published %s, computed %s", PRINTED, unlist(figure[PRINTED]), format(ours, digits = 12, trim = TRUE))[far]
  was <- if (is.na(figure$verdict)) "" else figure$verdict
  if (was != found$verdict) said <- c(said, sprintf("verdict published '%s', computed '%s'", was, found$verdict))
  paste(said, collapse = "; ")
}

cat("Extract", method$extract_hash, "\nRelease", method$release_hash, "\n")
if (method$simulated == "1") cat("SIMULATED DATA: not a real result\n")
modelled <- published$series == "modelled"
coded <- published$level == "theme"  # By persons, from what people wrote, which is not part of this pack.
mismatches <- 0
place <- with(published, paste(series, domain_type, domain, sep = "/"))
for (rows in split(seq_len(nrow(published)), factor(place, unique(place)))) {
  if (modelled[rows[1]]) next
  rows <- rows[!coded[rows]]
  if (!length(rows)) next
  found <- suppressWarnings(recompute(published[rows, ]))
  for (i in seq_along(rows)) {
    why <- differs(published[rows[i], ], found[[i]])
    if (nzchar(why)) mismatches <- mismatches + 1
    cat(if (nzchar(why)) "MISMATCH" else "match   ", published$id[rows[i]], if (nzchar(why)) paste0("(", why, ")"), "\n")
  }
}
cat(sprintf("%d figures match, %d do not.\n", sum(!modelled & !coded) - mismatches, mismatches))
if (any(modelled)) cat(sprintf("%d modelled figures are not recomputed: their model is not part of this pack.\n", sum(modelled)))
if (any(coded)) cat(sprintf("%d figures of comments by theme are not recomputed: comments are not part of this pack.\n", sum(coded)))
quit(status = if (mismatches) 1 else 0)
