"""Which wish goes to which room, and which fact to which view. One function a room, so that each reads as a list."""

from functools import partial

from desktop.core.display import one_line
from desktop.core.transfers import Direction, Transfer
from desktop.errands import Errands
from desktop.furniture import Rooms, Views
from desktop.ui.notices import explain
from desktop.ui.words import short_digest


def wire(rooms: Rooms, views: Views, errands: Errands) -> None:
    """Connect rooms, views and errands with each other."""
    _wire_engine(rooms, views, errands)
    _wire_registries(rooms, views, errands)
    _wire_images(rooms, views, errands)
    _wire_containers(rooms, views, errands)
    _wire_transfers(rooms, views, errands)
    _wire_tour(rooms, views, errands)


def _wire_engine(rooms: Rooms, views: Views, errands: Errands) -> None:
    link = rooms.link
    for view in (views.window.bar, views.home, views.registries, views.images, views.containers):
        link.status_changed.connect(view.show_engine)
    link.images_touched.connect(rooms.images.refresh)
    link.containers_touched.connect(rooms.containers.refresh)
    link.event_seen.connect(rooms.containers.see)
    link.failed.connect(errands.show_error)
    for notice in (views.images.notice, views.containers.notice):
        notice.start_requested.connect(link.start)
        notice.look_requested.connect(link.look)
        notice.choose_requested.connect(errands.choose_engine)
        notice.link_requested.connect(errands.open_link)


def _wire_registries(rooms: Rooms, views: Views, errands: Errands) -> None:
    room, view = rooms.registries, views.registries
    view.greet_requested.connect(room.greet)
    view.keyring_requested.connect(room.learn_keyring)
    view.connect_requested.connect(room.connect_to)
    view.connect_cancelled.connect(room.cancel_connect)
    view.sign_out_requested.connect(room.sign_out)
    view.account_chosen.connect(room.show)
    view.refresh_requested.connect(room.refresh)
    view.more_requested.connect(room.more)
    view.more_tags_requested.connect(room.more_tags)
    view.open_requested.connect(room.open)
    view.close_requested.connect(room.close)
    view.details_requested.connect(room.describe)
    view.pull_requested.connect(errands.pull)
    view.run_requested.connect(errands.run_from_registry)
    view.step_requested.connect(errands.take_step)
    room.greeted.connect(view.show_greeting)
    room.greet_failed.connect(view.show_greet_error)
    room.connected.connect(view.show_connected)
    room.connect_failed.connect(view.show_connect_error)
    room.keyring_known.connect(view.show_keyring)
    room.listed.connect(view.show_listing)
    room.described.connect(view.show_details)
    room.failed.connect(view.show_error)
    for show in (view.set_accounts, views.images.set_accounts, views.transfers.set_accounts, rooms.tour.set_accounts):
        room.accounts_changed.connect(show)
        show(room.accounts)
    room.accounts_changed.connect(errands.keep_accounts)


def _wire_images(rooms: Rooms, views: Views, errands: Errands) -> None:
    room, view = rooms.images, views.images
    view.refresh_requested.connect(room.refresh)
    view.pull_requested.connect(errands.pull)
    view.run_requested.connect(errands.run_row)
    view.add_name_requested.connect(room.add_name)
    view.send_requested.connect(errands.send)
    view.push_requested.connect(errands.push)
    view.remove_requested.connect(room.remove)
    view.described_requested.connect(room.describe)
    view.suggestions_requested.connect(errands.suggest)
    view.container_requested.connect(errands.show_container)
    view.step_requested.connect(errands.take_step)
    room.failed.connect(view.act_failed)
    room.described.connect(view.show_details)
    room.name_added.connect(view.act_succeeded)
    room.removed.connect(view.act_succeeded)
    room.changed.connect(partial(_tell_images, rooms))


def _wire_containers(rooms: Rooms, views: Views, errands: Errands) -> None:
    room, view = rooms.containers, views.containers
    view.refresh_requested.connect(room.refresh)
    view.show_stopped_requested.connect(errands.show_stopped)
    view.run_image_requested.connect(partial(views.window.show_room, "images"))
    view.run_requested.connect(room.run)
    view.ports_requested.connect(room.propose_ports)
    view.port_check_requested.connect(room.check_port)
    view.start_requested.connect(room.start)
    view.stop_requested.connect(room.stop)
    view.restart_requested.connect(room.restart)
    view.remove_requested.connect(room.remove)
    view.open_requested.connect(lambda container, address: room.open_page(container.id, address))
    view.follow_requested.connect(room.follow)
    view.step_requested.connect(errands.take_step)
    room.changed.connect(view.show_containers)
    room.changed.connect(rooms.images.set_containers)
    room.removed.connect(view.show_removed)
    room.pages_awaited.connect(view.show_awaited)
    room.output_began.connect(view.begin_output)
    room.output_arrived.connect(view.show_output)
    room.ports_proposed.connect(view.show_ports)
    room.port_checked.connect(view.show_port)
    room.failed.connect(view.show_error)
    room.run_failed.connect(view.run_failed)
    room.run_started.connect(errands.show_run)
    room.page_answered.connect(errands.open_answered)


def _wire_transfers(rooms: Rooms, views: Views, errands: Errands) -> None:
    room, view = rooms.transfers, views.transfers
    view.cancel_requested.connect(room.cancel)
    view.retry_requested.connect(room.retry)
    view.limits_requested.connect(views.window.settings_requested)
    view.images_requested.connect(partial(views.window.show_room, "images"))
    view.step_requested.connect(errands.take_step)
    room.changed.connect(partial(_tell_transfers, rooms, views))
    room.arrived.connect(errands.go_on)
    room.arrived.connect(partial(_say_arrived, views))
    room.failed.connect(partial(_say_failed, views))


def _wire_tour(rooms: Rooms, views: Views, errands: Errands) -> None:
    tour, home = rooms.tour, views.home
    rooms.registries.connected.connect(tour.note_connected)
    rooms.transfers.arrived.connect(tour.note_arrived)
    rooms.containers.run_started.connect(tour.note_run)
    rooms.containers.page_answered.connect(tour.note_page)
    rooms.containers.changed.connect(tour.set_containers)
    rooms.images.name_added.connect(tour.note_name)
    rooms.images.removed.connect(tour.note_removed)
    rooms.link.event_seen.connect(tour.note_event)
    tour.changed.connect(partial(_show_tour, rooms, views))
    _show_tour(rooms, views)
    home.do_requested.connect(errands.do)
    home.undo_confirmed.connect(errands.undo)
    home.restart_requested.connect(tour.begin_again)
    home.transfers_requested.connect(partial(views.window.show_room, "transfers"))
    home.transfer_requested.connect(errands.show_transfer)
    home.step_requested.connect(errands.take_step)


def _tell_images(rooms: Rooms) -> None:
    rooms.tour.set_images(rooms.images.rows)


def _show_tour(rooms: Rooms, views: Views) -> None:
    views.home.show_tour(rooms.tour.lines, rooms.tour.plan)
    rooms.preferences.apply(rooms.tour.kept)


def _tell_transfers(rooms: Rooms, views: Views) -> None:
    summary, transfers = rooms.transfers.summary, rooms.transfers.transfers
    views.window.bar.show_moving(summary.out, summary.out_rate, summary.coming, summary.coming_rate)
    views.window.sidebar.items["transfers"].set_count(summary.open)
    views.transfers.show_summary(summary)
    views.home.show_transfers(transfers)
    rooms.tour.set_moving(transfers)


def _say_arrived(views: Views, transfer: Transfer) -> None:
    name, receipt = transfer.wish.reference.familiar, transfer.receipt
    window = views.window
    if transfer.wish.direction is Direction.PULL:
        text = window.tr("{name} is here.").format(name=name)
    else:
        digest = short_digest(receipt.digest) if receipt else ""
        text = window.tr("{name} was pushed. The registry has {digest}.").format(name=name, digest=digest)
    window.bar.messages.say(text)


def _say_failed(views: Views, transfer: Transfer) -> None:
    if transfer.error:
        name, title = one_line(transfer.wish.reference.familiar), explain(transfer.error).title
        views.window.bar.messages.say(title if name in title else f"{name}: {title}", "bad")
