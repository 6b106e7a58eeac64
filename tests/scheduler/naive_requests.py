"""The requests of the naive model: what each one answers, changes and refuses."""

from __future__ import annotations

from .naive_model import (
    BATCH_CAN_CANCEL,
    BATCH_CAN_DELETE,
    BATCH_CAN_DELETE_RUNS,
    BATCH_WAITS_FOR_RUNS,
    RUN_ENDS,
    RUN_NEXT,
    Batch,
    Model,
    Refused,
    Resource,
    Run,
)


class NaiveOmics(Model):
    """The model with its requests. Each one begins with `advance_due`."""

    # -- start --

    def start_run(self, group: str | None, removable: bool) -> Run:
        self.advance_due()
        if not self.make_room(removable, self.now):
            raise Refused("ServiceQuotaExceededException")
        run = Run(self.now, self.new_place(), None, group)
        run.removable = removable
        self.add_run(run)
        return run

    def start_run_batch(
        self, setting_ids: list[str], name: str | None, group: str | None, removable: bool
    ) -> Batch:
        self.advance_due()
        batch = Batch(self.now, setting_ids, name)
        batch.group, batch.removable = group, removable
        self.batches.append(batch)
        return batch

    # -- describe --

    def get_batch(self, batch: Batch) -> None:
        """Describe a batch, and its runs while it waits for them."""
        self.advance_due()
        self.check_batch(batch)
        reported = batch.reported
        if reported and batch.state in BATCH_WAITS_FOR_RUNS:
            self.describe_runs(batch.runs())
        step = self.batch_progression.manual and reported and self.describe_is_step(batch)
        if step and self.may_step(batch):
            self.step_batch(batch, self.now)
        self.advance_due()
        for thing in [batch, *batch.runs()]:
            thing.reported = True

    def get_run(self, run: Run) -> None:
        self.advance_due()
        self.check_run(run)
        self.describe_runs([run])
        self.advance_due()
        run.reported = True

    def describe_is_step(self, thing: Batch | Run) -> bool:
        """Count a describe of a reported state. Return whether it makes a step."""
        thing.describe_count += 1
        if thing.describe_count < self.progression_of(thing).times:
            return False
        thing.describe_count = 0
        return True

    def describe_runs(self, runs: list[Run]) -> None:
        """Describe runs together: those that move first, then those that ask for slots."""
        stepping = []
        for run in runs:
            if not self.progression_of(run).manual or run.state not in RUN_NEXT or run.held:
                continue
            if not run.reported:
                run.reported = True
            elif self.describe_is_step(run):
                stepping.append(run)
        asking = [run for run in stepping if run.state == "PENDING"]
        self.move_runs([run for run in stepping if run not in asking], self.now)
        for run in asking:
            run.waits_since = self.now
        self.hand_out_slots(self.now)
        for run in asking:
            run.waits_since = None

    # -- cancel --

    def cancel_run(self, run: Run) -> None:
        self.advance_due()
        self.check_run(run)
        if run.state not in RUN_NEXT:
            raise Refused("ConflictException")
        self.stop_run(run)

    def stop_run(self, run: Run) -> None:
        """A run that stops after a failure or a cancel goes on as it is."""
        if run.state not in ("STOPPING>FAILED", "STOPPING>CANCELLED"):
            run.move("STOPPING>CANCELLED", self.now)

    def cancel_run_batch(self, batch: Batch) -> None:
        self.advance_due()
        self.check_batch(batch, BATCH_CAN_CANCEL)
        batch.move("STOPPING", self.now)
        batch.cancels = [0, 0]
        for entry in batch.entries:
            run = entry.run
            if entry.status is None:
                entry.status = "CANCEL_SUCCESS"
                batch.cancels[0] += 1
            elif run is not None and run.state in RUN_NEXT:
                if self.fault_hits("cancel_fails", run.words()):
                    entry.status = "CANCEL_FAILED"
                    batch.cancels[1] += 1
                else:
                    self.stop_run(run)
                    entry.status = "CANCEL_SUCCESS"
                    batch.cancels[0] += 1

    # -- delete --

    def delete_run(self, run: Run) -> None:
        self.advance_due()
        self.check_run(run)
        if run.state not in RUN_ENDS:
            raise Refused("ConflictException")
        run.move("DELETED", self.now)

    def delete_run_batch(self, batch: Batch) -> None:
        self.advance_due()
        self.check_batch(batch, BATCH_CAN_DELETE_RUNS)
        batch.move("RUNS_DELETING", self.now)
        batch.deletes = [0, 0]
        for entry in batch.entries:
            run = entry.run
            if run is not None and run.state in RUN_ENDS:
                if self.fault_hits("delete_fails", run.words()):
                    entry.status = "DELETE_FAILED"
                    batch.deletes[1] += 1
                else:
                    run.move("DELETED", self.now)
                    entry.status = "DELETE_SUCCESS"
                    batch.deletes[0] += 1

    def delete_batch(self, batch: Batch) -> None:
        self.advance_due()
        self.check_batch(batch, BATCH_CAN_DELETE)
        self.batches.remove(batch)

    # -- lists --

    def listed_batches(self) -> list[Batch]:
        self.advance_due()
        return list(self.batches)

    def listed_runs(self) -> list[Run]:
        self.advance_due()
        return [run for run in self.runs if run.state != "DELETED"]

    # -- refusals --

    def check_batch(self, batch: Batch, states: tuple[str, ...] | None = None) -> None:
        if batch not in self.batches:
            raise Refused("ResourceNotFoundException")
        if states is not None and batch.state not in states:
            raise Refused("ConflictException")

    def check_run(self, run: Run) -> None:
        if run.state == "DELETED":
            raise Refused("ResourceNotFoundException")


def exists(model: Model, thing: Resource) -> bool:
    """Whether requests find a batch or a run."""
    return thing.state != "DELETED" if isinstance(thing, Run) else thing in model.batches
