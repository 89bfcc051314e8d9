"""What a function of the app can reach: every function that it names, and what those name in turn.

Read from the source, without running it. A method called on an object is followed where one class alone in the app
has a method of that name.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture.tree import ROOT

APP = ROOT / "app"


@dataclass(slots=True)
class _Module:
    imported: dict[str, str] = field(default_factory=dict)
    """From the name in the module to the dotted name that it stands for."""
    functions: dict[str, ast.AST] = field(default_factory=dict)
    """By their name within the module: `ask`, `Asking.post`."""


class Reach:
    """The graph of who names whom, by dotted names such as `app.licensing.rules.decision.decide`."""

    def __init__(self) -> None:
        self._modules = {_dotted(path): _read(path) for path in sorted(APP.rglob("*.py"))}
        self._methods = self._unique_methods()
        self._named: dict[str, frozenset[str]] = {}
        for name, module in self._modules.items():
            for function, node in module.functions.items():
                self._named[f"{name}.{function}"] = frozenset(self._names(name, function, node))

    def from_(self, start: str) -> frozenset[str]:
        """Return everything that a function reaches, itself included. Raises: KeyError if there is no such one."""
        seen, waiting = {start}, [start]
        self._named[start]
        while waiting:
            for name in self._named.get(waiting.pop(), ()):
                if name not in seen:
                    seen.add(name)
                    waiting.append(name)
        return frozenset(seen)

    def _unique_methods(self) -> Mapping[str, str]:
        found: dict[str, list[str]] = {}
        for name, module in self._modules.items():
            for function in module.functions:
                if "." in function:
                    found.setdefault(function.rpartition(".")[2], []).append(f"{name}.{function}")
        return {method: places[0] for method, places in found.items() if len(places) == 1}

    def _names(self, module: str, function: str, node: ast.AST) -> Iterator[str]:
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                yield from self._meant(module, part.id)
            elif isinstance(part, ast.Attribute):
                chain = _chain(part)
                if chain is not None:
                    yield from self._meant(module, chain)
                if isinstance(part.value, ast.Name) and part.value.id in ("self", "cls"):
                    yield f"{module}.{function.rpartition('.')[0]}.{part.attr}"
                elif part.attr in self._methods:
                    yield self._methods[part.attr]

    def _meant(self, module: str, name: str) -> Iterator[str]:
        """Follow a name, dotted or not, to the function or the class that it stands for."""
        first, _, rest = name.partition(".")
        here = self._modules[module]
        if name in here.functions:
            yield f"{module}.{name}"
        elif first in here.imported:
            target = here.imported[first] + (f".{rest}" if rest else "")
            yield from self._resolved(target)
        prefix = f"{name}."
        yield from (f"{module}.{function}" for function in here.functions if function.startswith(prefix))

    def _resolved(self, target: str) -> Iterator[str]:
        holder, _, name = target.rpartition(".")
        module = self._modules.get(holder)
        if module is None:
            return
        if name in module.functions:
            yield target
        elif module.imported.get(name, target) != target:  # handed on by a package
            yield from self._resolved(module.imported[name])
        yield from (f"{holder}.{function}" for function in module.functions if function.startswith(f"{name}."))


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read(path: Path) -> _Module:
    module = _Module()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            module.imported |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        elif isinstance(node, ast.Import):
            module.imported |= {a.asname: a.name for a in node.names if a.asname}
    module.functions |= dict(_functions(tree.body, ""))
    return module


def _functions(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def _chain(node: ast.expr) -> str | None:
    """Return `a.b.c` for such an expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        holder = _chain(node.value)
        return None if holder is None else f"{holder}.{node.attr}"
    return None
