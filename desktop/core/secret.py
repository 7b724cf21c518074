"""A secret that does not show itself by accident."""

from typing import NoReturn, final


@final
class Secret:
    """Text that never appears in a repr, a str, a pickle or a dataclass dump; ask for it with reveal()."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self.__text

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.__text == self.__text

    def __hash__(self) -> int:
        return hash((Secret, self.__text))

    def __repr__(self) -> str:
        return "•••"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not copied or stored this way")

    def __deepcopy__(self, memo: object) -> "Secret":
        return self  # it is immutable; dataclasses.asdict keeps it sealed
