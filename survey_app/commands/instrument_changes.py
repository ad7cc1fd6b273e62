"""`hailong instrument diff` and `retire`: what changed between two versions, and ending one."""

import json
from collections.abc import Iterator
from typing import Any

import click

from questionnaires import changes, loader
from questionnaires.changes import Change, Comparison, Consequence
from questionnaires.model import Questionnaire
from survey_app import clock, create_app, database, waves
from survey_app.commands import in_app
from survey_app.commands.instruments import group, load_source
from survey_app.instruments import instrument_versions

CANNOT_COMPARE = 3  # 0 to 2 say what the comparison found.


class CannotCompare(click.ClickException):
    exit_code = CANNOT_COMPARE


class _Diff(click.Command):
    """A command whose mistakes have a code of their own: 1 and 2, click's usual ones, say what was found."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            raise CannotCompare(error.format_message()) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            raise CannotCompare(error.format_message()) from error


@group.command(cls=_Diff)
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def diff(ctx: click.Context, old: str, new: str, as_json: bool) -> None:
    """Say what changed, and whether series compare.  Example: hailong instrument diff sipas2017@1.0 form.toml

    OLD and NEW are files, builtin codes, or stored versions (code@version). The exit code is 0 where the index
    compares, 1 where it does with a note, 2 where its series breaks, 3 where the two could not be compared.
    """
    before, after = find_source(old), find_source(new)
    found = changes.compare(before, after)
    lines = [json.dumps(_as_data(found), ensure_ascii=False, indent=2)] if as_json else _as_text(before, after, found)
    for line in lines:
        click.echo(line)
    ctx.exit(int(found.whole))


def find_source(source: str) -> Questionnaire:
    if "@" not in source:
        return load_source(source)
    code, _, version = source.partition("@")
    with create_app().app_context():
        stored = instrument_versions.find(database.session(), code, version)
        if stored is None:
            raise click.ClickException(f"There is no stored version {source}: see `hailong instrument import`.")
        return loader.from_json(stored.content)


def _as_text(old: Questionnaire, new: Questionnaire, found: Comparison) -> Iterator[str]:
    yield f"{old.code} {old.version} → {new.code} {new.version}: {found.whole.words}"
    if not found.changes:
        yield "Nothing changed."
    for consequence in reversed(Consequence):
        of_it = [one for one in found.changes if one.consequence == consequence]
        if of_it:
            yield f"\n{consequence.words.capitalize()}:"
        for one in of_it:
            yield f"  {one.place or 'head'}: {one.rule.words}. {one.rule.why.capitalize()}."
            yield from (
                f"      {sign} {said}" for sign, said in (("−", _said(one.before)), ("+", _said(one.after))) if said
            )


def _said(value: Any) -> str:
    """In one line: the Vietnamese words of a text, anything else as in the file."""
    if isinstance(value, dict) and "vi" in value:
        value = value["vi"]
    return str(value) if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _as_data(found: Comparison) -> dict[str, Any]:
    series = sorted({code for one in found.changes for code in one.effects})
    return {
        "consequence": _word(found.whole),
        "index": _word(found.consequence_for(changes.INDEX)),
        "series": {code: _word(found.consequence_for(code)) for code in series if code != changes.INDEX},
        "changes": [_change_data(one) for one in found.changes],
    }


def _change_data(one: Change) -> dict[str, Any]:
    return {
        "place": one.place,
        "change": one.what,
        "consequence": _word(one.consequence),
        "words": one.rule.words,
        "reason": one.rule.why,
        "before": one.before,
        "after": one.after,
    }


def _word(consequence: Consequence) -> str:
    return consequence.name.lower()


@group.command()
@click.argument("code")
@click.argument("version")
@in_app
def retire(code: str, version: str) -> None:
    """Let nobody begin a stored version any more.  Example: hailong instrument retire sipas2017 1.0"""
    session = database.writing(database.session())
    found = instrument_versions.find(session, code, version)
    if found is None:
        raise ValueError(f"There is no instrument {code} {version}: see `hailong instrument import`.")
    used = next(one.waves for one in instrument_versions.listed(session) if one.version is found)
    cut_short = [wave.slug for wave in used if waves.state(wave, clock.now()) == "open"]
    instrument_versions.retire(session, found)
    session.commit()
    click.echo(f"{code} {version} is retired: no new wave takes it, what was begun in time is accepted.")
    if cut_short:
        click.echo(f"Waves that were open and take nobody new: {', '.join(cut_short)}")
