"""Rights in, takings and asks, for the rules case by case."""

from dataclasses import replace

from app.parties.directives.rules import DirectiveBox
from app.parties.rules.authority import Authority
from app.rights.answers import answer_document
from app.rights.rules.ask import Ask
from app.rights.rules.avails import Answer, avails
from app.rights.rules.conflicts import OwnHold, Taken
from app.rights.rules.rights_in import Offered, RightsIn
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.media import ROOTS, expand
from app.values.rights_block import RightsBlock
from app.values.territory import world
from tests.factories.rights import day

AT = day(6, 1, 2026)
EVERYTHING = frozenset({"*"})


def offer(component: Component = Component.VOICE, **overrides: object) -> Offered:
    whole = Offered(component, frozenset(Axis), expand(ROOTS), world(), EVERYTHING, EVERYTHING)
    return replace(whole, **overrides)


def authority(**overrides: object) -> Authority:
    return replace(Authority(frozenset(Component), expand(ROOTS), world()), **overrides)


def directive(**overrides: object) -> DirectiveBox:
    whole = DirectiveBox("dir_1", frozenset(), frozenset(), frozenset(), frozenset(), None, "Not while I live.")
    return replace(whole, **overrides)


ALL_RIGHTS = RightsIn(True, tuple(offer(component) for component in Component), (authority(),))


def ask(
    *blocks: RightsBlock,
    taken: tuple[Taken, ...] = (),
    rights_in: RightsIn = ALL_RIGHTS,
    own: tuple[OwnHold, ...] = (),
    zone: str = "UTC",
) -> Answer:
    return avails(asked=Ask.of(blocks, zone=zone), rights_in=rights_in, taken=taken, at=AT, own=own)


def granted(block: RightsBlock) -> Taken:
    return Taken(BlockKind.GRANT, block)


def codes(answer: Answer) -> list[str]:
    return [reason.code.value for reason in answer.reasons]


def sentences(answer: Answer) -> list[str]:
    return [fix["sentence"] for fix in answer_document(answer)["fixes"]]
