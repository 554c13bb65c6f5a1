"""All classes of a file: which groups share one, and in which order they stand."""

from collections.abc import Mapping
from typing import Any

from cnncalc.interchange.scopes import Group, Place
from cnncalc.interchange.torch.classes import Class, File
from cnncalc.interchange.torch.form import form, is_inline, optional
from cnncalc.interchange.torch.hints import Hints
from cnncalc.interchange.torch.rounds import RepeatWriter, alike
from cnncalc.interchange.torch.writer import Writer
from cnncalc.ops.values import Shape


class Program:
    """All classes of a file, in the order in which they need each other."""

    def __init__(self, root: Group, shapes: Mapping[str, Shape], hints: Hints) -> None:
        self.file = File(shapes, hints, self.class_of)
        self.forms: dict[Any, list[Group]] = {}
        self.made: dict[Any, Class] = {}
        for group in root.groups():
            if group is not root and not is_inline(group):
                self.forms.setdefault(form(group), []).append(group)
        self.lacking: dict[Any, tuple[Any, Place]] = {}
        for one, groups in self.forms.items():
            for other, others in self.forms.items():
                missing = optional(groups[0], others[0]) if one != other else None
                if missing is not None and other not in self.lacking and one not in self.lacking:
                    self.lacking[other] = (one, missing)
                    break

    def class_of(self, group: Group) -> Class:
        """The class of a group, made when it is first asked for."""
        key = form(group)
        if key not in self.made and group.block is not None:
            self.repeating(group.block)
        if key not in self.made and key in self.lacking:
            full, missing = self.lacking[key]
            if full not in self.made:
                self.joined(full, key, missing)
        if key not in self.made:
            others = [one for one, (full, _) in self.lacking.items() if full == key]
            if not any(self.joined(key, one, self.lacking[one][1]) for one in others):
                self.made[key] = Writer(self.file, self.forms[key]).written(
                    self.file.class_name(group)
                )
        return self.made[key]

    def repeating(self, block: str) -> None:
        """One class for all calls of a block, where they differ in a number of rounds alone."""
        forms = [key for key, groups in self.forms.items() if groups[0].block == block]
        if len(forms) < 2 or any(key in self.made for key in forms):
            return
        groups = [group for key in forms for group in self.forms[key]]
        if any(child.twin is not None for group in groups for child in group.children):
            return
        rounds = alike(groups)
        made = RepeatWriter(self.file, groups, rounds).tried() if rounds else None
        if made is not None:
            self.made |= dict.fromkeys(forms, made)

    def joined(self, full: Any, without: Any, missing: Place) -> bool:
        """One class for two forms, where a condition of the spec tells them apart."""
        writer = Writer(self.file, self.forms[full], self.forms[without], missing)
        if not writer.condition:
            self.lacking.pop(without, None)
            return False
        self.made[full] = self.made[without] = writer.written(
            self.file.class_name(self.forms[full][0])
        )
        return True
