"""An engine and a registry without either: every transfer goes as far as the test lets it."""

import threading
from collections import Counter, defaultdict

from desktop.core.engine_errors import ImageNotHere
from desktop.core.errors import Cancelled
from desktop.core.inventory import ImageDetails
from desktop.core.progress import LayerProgress, Phase
from desktop.core.reference import Reference

DIGEST = "sha256:" + "9f2c" * 16
LAYER = "a1b2c3d4e5f6"


class Course:
    """How one name fares: *lines* first, then it waits for *gate* if it is *held*, then *rest* or *error*."""

    def __init__(self):
        self.lines = [LayerProgress(LAYER, Phase.WAITING), LayerProgress(LAYER, Phase.MOVING, 30, 100)]
        self.rest = [LayerProgress(LAYER, Phase.DONE), LayerProgress("", Phase.DONE, digest=DIGEST)]
        self.held, self.deaf, self.error, self.early_error = False, False, None, None
        self.gate, self.begun = threading.Event(), threading.Event()
        self.image_id = "sha256:" + "1" * 64


class World:
    """What all engine clients of a test share; it counts what runs at once."""

    def __init__(self):
        self.courses = defaultdict(Course)
        self.lock = threading.Lock()
        self.running, self.peak, self.total = Counter(), Counter(), Counter()
        self.log, self.clients, self.given = [], 0, {}
        self.absent = set()

    def course(self, name):
        return self.courses[str(Reference.parse(name))]

    def client(self):
        with self.lock:
            self.clients += 1
        return Client(self)

    def open_gates(self):
        for course in self.courses.values():
            course.gate.set()


class Client:
    """One connection to the engine of *world*."""

    def __init__(self, world):
        self.world = world

    def pull(self, reference, credential, token):
        yield from self._move("pull", reference, credential, token)

    def push(self, reference, credential, token):
        yield from self._move("push", reference, credential, token)

    def _move(self, verb, reference, credential, token):
        course, key = self.world.courses[str(reference)], (verb, reference.registry)
        with self.world.lock:
            self.world.given[str(reference)] = credential
            self.world.log.append(f"{verb} {reference}")
            self.world.running[key] += 1
            self.world.total[key] += 1
            self.world.peak[key] = max(self.world.peak[key], self.world.running[key])
        try:
            yield from self._steps(course, token)
        finally:
            with self.world.lock:
                self.world.running[key] -= 1

    def _steps(self, course, token):
        if course.early_error:
            raise course.early_error
        yield from course.lines
        course.begun.set()
        if course.held:
            if not course.deaf:
                token.on_cancel(course.gate.set)
            assert course.gate.wait(20), "the test never opened the gate"
            if token.cancelled:
                raise Cancelled
        if course.error:
            raise course.error
        yield from course.rest

    def image_details(self, name):
        with self.world.lock:
            self.world.log.append(f"inspect {name}")
        if name in self.world.absent:
            raise ImageNotHere(name=name)
        repository = Reference.parse(name).repository
        digests = ("elsewhere.example/app@sha256:" + "0" * 64, f"{repository}@{DIGEST}", "not a name")
        image = self.world.courses[name].image_id
        return ImageDetails(image, (name,), digests, 187_000_000, "", "linux/amd64", (), (), (), (), ())

    def close(self):
        pass
