"""What one registry holds, as rows: repositories page by page, an open one with its tags below it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.bridge import registry_caller as work
from desktop.bridge.errand import give_up
from desktop.bridge.models import TableModel
from desktop.bridge.registry_rows import COLUMNS, rows, tag_row
from desktop.bridge.tag_survey import TagSurvey
from desktop.bridge.worker import Job
from desktop.core.errors import AppError
from desktop.core.name_list import NameList
from desktop.core.reference import Reference
from desktop.core.registry import Account, Listing, Page, Provider, TagDetails
from desktop.core.registry_errors import ImageNotFound, InvalidReference, ListingNotAllowed

Ask = Callable[[Account, Callable[..., Any]], Job]  #: run work(credential, caller, token, report) for an account


class RegistryShelf(QObject):
    """The registry of the account on show. Nothing is reset while it grows, so selection and scroll stay."""

    listed = Signal(object)  # Listing
    described = Signal(str, str, str, object)  # account id, repository, tag, TagDetails
    failed = Signal(object)  # AppError

    def __init__(self, ask: Ask, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = TableModel(COLUMNS, key=lambda entry: entry.key, parent=self)
        self._ask = ask
        self._account: Account | None = None
        self._repositories, self._open = NameList(), dict[str, NameList]()
        self._details: dict[tuple[str, str], TagDetails] = {}
        self._typed: set[str] = set()  # repositories that the registry did not list
        self._error: AppError | None = None
        self._listing: Job | None = None
        self._tag_jobs: dict[str, Job] = {}
        self._describing: Job | None = None
        self._survey = TagSurvey(self._ask_details, self)
        self._survey.found.connect(self._on_survey_found)

    @property
    def account(self) -> Account | None:
        """Whose registry is on show."""
        return self._account

    def show(self, account: Account | None) -> None:
        """List the registry of *account* from the start, or nothing."""
        self._stop()
        self._account = account
        self._repositories, self._open, self._details, self._error = NameList(), {}, {}, None
        self._typed = set()
        self.model.set_rows(())
        if account:
            self._fetch("")
        else:
            self._tell()

    def refresh(self) -> None:
        """Ask again from the start; what is on show stays until the answer is here, and what is open stays open."""
        if self._account:
            self._stop()
            self._details, self._error = {}, None
            self._fetch("")
            for repository in self._open:
                self._fetch_tags(repository, "")

    def more(self) -> None:
        """Show more repositories."""
        if not self._listing:
            if self._repositories.show_more():
                self._show_rows()
            elif self._repositories.next_page:
                self._fetch(self._repositories.next_page)

    def open(self, repository: str) -> None:
        """Show the tags of *repository* below it; one that is not listed is put on the list."""
        if not self._account or repository in self._open:
            return
        try:
            repository = Reference.of(self._account.host, repository).path
        except InvalidReference as error:
            self.failed.emit(error)
            return
        if repository not in self._repositories.names:
            self._typed.add(repository)
        self._repositories.put([repository])
        self._open[repository] = NameList()
        self._fetch_tags(repository, "")

    def close(self, repository: str) -> None:
        """Hide the tags of *repository*."""
        if self._open.pop(repository, None):
            self._survey.leave(repository)
            give_up(self._tag_jobs.pop(repository, None))
            self._show_rows()

    def more_tags(self, repository: str) -> None:
        """Show more tags of an open repository."""
        tags = self._open.get(repository)
        if tags and repository not in self._tag_jobs:
            if tags.show_more():
                self._show_rows()
            elif tags.next_page:
                self._fetch_tags(repository, tags.next_page)

    def describe(self, repository: str, tag: str) -> None:
        """Tell what a tag stands for; described or failed follows for the one asked for last."""
        give_up(self._describing)
        self._describing = None
        if not self._account:
            return
        if (repository, tag) in self._details:
            self.described.emit(self._account.id, repository, tag, self._details[repository, tag])
            return
        try:
            self._describing = self._ask_details(repository, tag)
        except InvalidReference as error:
            self.failed.emit(error)
            return
        self._survey.pause()
        self._describing.succeeded.connect(partial(self._on_described, repository, tag))
        self._describing.failed.connect(self.failed)
        self._describing.finished.connect(self._on_describing_finished)

    def _fetch(self, more: str) -> None:
        assert self._account
        self._listing = job = self._ask(self._account, partial(work.repositories, more))
        job.succeeded.connect(partial(self._on_page, more))
        job.failed.connect(self._on_listing_failed)
        job.finished.connect(self._on_listing_finished)
        self._tell()

    def _fetch_tags(self, repository: str, more: str) -> None:
        assert self._account
        self._tag_jobs[repository] = job = self._ask(self._account, partial(work.tags, repository, more))
        job.succeeded.connect(partial(self._on_tags, repository, more))
        job.failed.connect(partial(self._on_tags_failed, repository))
        job.finished.connect(partial(self._on_tags_finished, repository))
        self._show_rows()

    def _ask_details(self, repository: str, tag: str) -> Job:
        assert self._account
        return self._ask(self._account, partial(work.details, Reference.of(self._account.host, repository, tag)))

    def _on_page(self, more: str, page: Page) -> None:
        if not more:
            self._repositories = NameList()
        self._error = None
        self._repositories.add(page)
        self._repositories.put(self._open)
        self._show_rows()

    def _on_listing_failed(self, error: AppError) -> None:
        self._error = error
        if not isinstance(error, ListingNotAllowed):
            self.failed.emit(error)

    def _on_listing_finished(self) -> None:
        self._listing = None
        self._tell()

    def _on_tags(self, repository: str, more: str, page: Page) -> None:
        if not more:
            self._open[repository] = NameList()
        self._open[repository].add(page)
        if self._account and self._account.provider is not Provider.DOCKER_HUB:  # there a look counts as a pull
            self._survey.visit(repository, [tag for tag in page.names if (repository, tag) not in self._details])

    def _on_tags_failed(self, repository: str, error: AppError) -> None:
        if isinstance(error, ImageNotFound) and repository not in self._typed:
            self._open[repository].add(Page(()))  # a registry may list a repository whose last tag is gone
            return
        if not self._open[repository].known:
            del self._open[repository]
            if repository in self._typed:
                self._repositories.discard(repository)
        self.failed.emit(error)

    def _on_tags_finished(self, repository: str) -> None:
        del self._tag_jobs[repository]
        self._show_rows()

    def _on_described(self, repository: str, tag: str, details: TagDetails) -> None:
        self._on_survey_found(repository, tag, details)
        if self._account:
            self.described.emit(self._account.id, repository, tag, details)

    def _on_describing_finished(self) -> None:
        self._describing = None
        self._survey.go_on()

    def _on_survey_found(self, repository: str, tag: str, details: TagDetails) -> None:
        self._details[repository, tag] = details
        if tag in (self._open[repository].names if repository in self._open else ()):
            self.model.update_row(tag_row(repository, tag, details))

    def _stop(self) -> None:
        for job in (self._listing, self._describing, *self._tag_jobs.values()):
            give_up(job)
        self._listing = self._describing = None
        self._tag_jobs.clear()
        self._survey.stop()

    def _show_rows(self) -> None:
        self.model.set_rows(list(rows(self._repositories.names, self._open, self._tag_jobs, self._details)))
        self._tell()

    def _tell(self) -> None:
        names = self._repositories
        loading = self._listing is not None
        account_id = self._account.id if self._account else ""
        self.listed.emit(Listing(account_id, len(names.names), names.unfinished, loading, self._error))
