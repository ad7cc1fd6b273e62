"""What a composed report prints, run by run."""

from collections.abc import Iterator

from analysis.report.blocks import Box, Paragraph, Report, Run, Table


def runs_of(report: Report) -> Iterator[Run]:
    """In the order in which they are printed."""
    for block in report.blocks:
        if isinstance(block, Paragraph):
            yield from block.text
        elif isinstance(block, Box):
            yield from (run for line in block.lines for run in line)
        elif isinstance(block, Table):
            yield from runs_in(block)


def runs_in(table: Table) -> Iterator[Run]:
    return (run for row in table.rows for cell in row.cells for run in cell)
