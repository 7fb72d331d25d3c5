using Consensus.Cryptography;
using static Consensus.Engine.Tests.TestEntries;

namespace Consensus.Engine.Tests.Driver;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReplicaDriverTests
{
    private static readonly NodeId A = new(2);
    private static readonly NodeId B = new(3);

    private readonly ScriptedCore _core = new();
    private readonly FakeLog _log = new();
    private readonly RecordingHost _host = new();
    private ReplicaDriver _driver = null!;

    [SetUp]
    public void SetUp()
    {
        _core.Inputs.Clear();
        _driver = new ReplicaDriver(_core, _log, _host);
    }

    [Test]
    public void A_promise_leaves_only_when_its_record_is_on_disk()
    {
        Turn(effects => effects.Send(A, new Promise(effects.Append(Entry(1)), "ack")));
        Assert.That(_host.Sent, Is.Empty, "before the flush");

        Flushed(1);

        Assert.That(_host.Sent, Is.EqualTo(new[] { (A, (ProtocolMessage)new Promise(new Lsn(1), "ack")) }));
    }

    [Test]
    public void A_turn_begins_with_what_the_wall_clock_shows()
    {
        _driver.BeginTurn(new Ticks(5), new Timestamp(7));
        Assert.That(_core.Begun, Is.EqualTo(new[] { (new Ticks(5), new Timestamp(7)) }));
    }

    [Test]
    public void A_message_that_promises_nothing_leaves_at_once()
    {
        Turn(effects =>
        {
            effects.Append(Entry(1));
            effects.Send(A, new Note("replicate"));
        });

        Assert.That(_host.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_promise_about_what_is_on_disk_already_leaves_at_once()
    {
        Turn(effects => effects.Append(Entry(1)));
        Flushed(1);

        Turn(effects => effects.Send(A, new Promise(new Lsn(1), "again")));

        Assert.That(_host.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_promise_waits_for_its_own_record_and_not_for_an_earlier_flush()
    {
        Turn(effects => effects.Append(Entry(1)));
        Turn(effects => effects.Send(A, new Promise(effects.Append(Entry(2)), "second")));

        Flushed(1);
        Assert.That(_host.Sent, Is.Empty, "after the first flush");

        Flushed(2);
        Assert.That(_host.Sent, Has.Count.EqualTo(1), "after the second flush");
    }

    [Test]
    public void Promises_towards_a_peer_keep_their_order()
    {
        Turn(effects =>
        {
            effects.Send(A, new Promise(effects.Append(Entry(1)), "1"));
            effects.Send(B, new Promise(effects.Append(Entry(2)), "2"));
            effects.Send(A, new Promise(effects.Append(Entry(3)), "3"));
        });
        _core.OnStep = (input, effects) => effects.Send(A, new Promise(((LogDurable)input).Lsn, "4"));

        Flushed(3);

        Assert.That(_host.Sent.Select(sent => ((Promise)sent.Message).Text), Is.EqualTo(new[] { "1", "2", "3", "4" }));
    }

    [Test]
    public void The_messages_of_a_turn_are_flushed_once_and_after_the_last_of_them()
    {
        Turn(effects =>
        {
            effects.Send(A, new Note("a"));
            effects.Send(B, new Note("b"));
        });
        Turn(_ => { });

        Assert.That(_host.Calls.Select(call => call.Split(' ')[0]), Is.EqualTo(new[] { "send", "send", "flush" }));
    }

    [Test]
    public void What_is_staged_during_a_flush_becomes_one_batch_after_it()
    {
        Turn(effects => effects.Append(Entry(1)));
        Turn(effects => effects.Append(Entry(2)));
        Turn(effects => effects.Append(Entry(3)));
        Assert.That(_host.Flushes, Has.Count.EqualTo(1), "one flush at a time");

        Flushed(1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_host.Flushes, Has.Count.EqualTo(2));
            Assert.That(_host.Flushes[1].Records.Select(record => record.Lsn.Value), Is.EqualTo(new ulong[] { 2, 3 }));
            Assert.That(_driver.Flushed, Is.EqualTo(new Lsn(1)));
            Assert.That(_driver.IsFlushing, Is.True);
        }
    }

    [Test]
    public void A_log_that_goes_on_from_an_earlier_run_keeps_counting()
    {
        var log = new FakeLog(lastLsn: 41);
        var driver = new ReplicaDriver(_core, log, _host);
        _core.OnStep = (_, effects) => effects.Append(Entry(1));

        driver.Step(Ticks.Zero, new SpaceChanged(true));
        driver.EndTurn(Ticks.Zero);

        Assert.That(log.Staged.Single().Lsn, Is.EqualTo(new Lsn(42)));
    }

    [Test]
    public void A_flush_that_was_not_begun_is_a_broken_invariant() =>
        Assert.That(() => _driver.OnFlushed(Ticks.Zero, new LogDurable(new Lsn(1))), Fails.With(ConsensusFailure.InvariantViolated));

    [Test]
    public void A_flush_that_completes_twice_is_a_broken_invariant()
    {
        Turn(effects => effects.Append(Entry(1)));
        Flushed(1);

        Assert.That(() => _driver.OnFlushed(Ticks.Zero, new LogDurable(new Lsn(1))), Fails.With(ConsensusFailure.InvariantViolated));
    }

    [Test]
    public void A_flush_up_to_another_record_than_was_submitted_is_a_broken_invariant()
    {
        Turn(effects => effects.Append(Entry(1)));
        Turn(effects => effects.Append(Entry(2)));

        Assert.That(() => _driver.OnFlushed(Ticks.Zero, new LogDurable(new Lsn(2))), Fails.With(ConsensusFailure.InvariantViolated));
    }

    [Test]
    public void A_promise_about_a_record_that_does_not_exist_is_a_broken_invariant() =>
        Assert.That(() => Turn(effects => effects.Send(A, new Promise(new Lsn(1), "lie"))), Fails.With(ConsensusFailure.InvariantViolated));

    [Test]
    public void A_log_that_loses_records_is_a_broken_invariant()
    {
        _driver = new ReplicaDriver(_core, new FakeLog { Loses = true }, _host);

        Assert.That(() => Turn(effects => effects.Append(Entry(1))), Fails.With(ConsensusFailure.InvariantViolated));
    }

    [Test]
    public void A_change_of_space_becomes_one_input()
    {
        _log.AcceptsWrites = false;
        EmptyTurn();
        EmptyTurn();
        _log.AcceptsWrites = true;
        EmptyTurn();

        Assert.That(_core.Inputs, Is.EqualTo(new Input[] { new SpaceChanged(false), new SpaceChanged(true) }));
    }

    [Test]
    public void Time_is_an_input_when_the_deadline_is_reached_and_not_before()
    {
        _core.NextDeadline = new Ticks(10);
        _driver.EndTurn(new Ticks(9));
        Assert.That(_core.Inputs, Is.Empty, "before the deadline");

        _core.OnStep = (_, _) => _core.NextDeadline = Ticks.Never;
        _driver.EndTurn(new Ticks(10));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_core.Inputs, Is.EqualTo(new Input[] { TimePassed.Instance }));
            Assert.That(_driver.NextDeadline, Is.EqualTo(Ticks.Never));
        }
    }

    [Test]
    public void A_turn_ends_once_for_all_its_inputs()
    {
        _driver.Step(Ticks.Zero, new SpaceChanged(true));
        _driver.Step(Ticks.Zero, new SpaceChanged(true));
        EmptyTurn();

        Assert.That(_core.Turns, Is.EqualTo(1));
    }

    [Test]
    public void Effects_are_handed_over_log_first_then_network_state_files_callers_and_observers()
    {
        Turn(effects =>
        {
            effects.Raise(new WritesResumed());
            effects.CompleteControl(new Ticket(9), ControlResult.Done);
            effects.ConfirmRead(new Ticket(8), new LogIndex(5));
            effects.Refuse(new Ticket(7), RefusalReason.Overloaded);
            effects.Request(new ReadSnapshotChunk(A, Snapshot(4), 0, 1));
            effects.Keep(Equivocation());
            effects.InstallSnapshot(Snapshot(4));
            effects.Commit(Entry(5));
            effects.Commit(Entry(6));
            effects.Send(A, new Note("n"));
            effects.Compact(new LogIndex(3));
            effects.Append(Entry(7));
        });

        Assert.That(_host.Calls, Is.EqualTo(new[]
        {
            "flush 1", "compact 3", $"send 2 {new Note("n")}", "flush messages", "install 4", "apply 5,6", "begin ReadSnapshotChunk", "keep 3",
            "refuse 7 Overloaded", "read 8 5", "control 9 None", "raise WritesResumed",
        }));
    }

    [Test]
    public void The_effects_of_a_turn_are_carried_out_once()
    {
        Turn(effects =>
        {
            effects.Commit(Entry(1));
            effects.Raise(new WritesResumed());
        });
        _host.Calls.Clear();

        EmptyTurn();

        Assert.That(_host.Calls, Is.Empty);
    }

    [Test]
    public void Durability_is_an_input_of_its_own_before_the_promises_leave()
    {
        Turn(effects => effects.Send(A, new Promise(effects.Append(Entry(1)), "ack")));
        var sentBefore = -1;
        _core.OnStep = (_, _) => sentBefore = _host.Sent.Count;

        Flushed(1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_core.Inputs[^1], Is.EqualTo(new LogDurable(new Lsn(1))));
            Assert.That(sentBefore, Is.Zero);
        }
    }

    private static EquivocationEvidence Equivocation()
    {
        var one = new Statement(default, StatementKind.PbftPrepare, ViewNumber.Zero, SequenceNumber.Zero, Blake3.Hash("one"u8));
        var other = one with { Hash = Blake3.Hash("other"u8) };
        return EquivocationEvidence.TryCreate(new SignedStatement(one, new NodeId(3), default), new SignedStatement(other, new NodeId(3), default), out var evidence, out var defect)
            ? evidence
            : throw new InvalidOperationException(defect.Detail);
    }

    private void Turn(Action<EffectBuffer> act)
    {
        _core.OnStep = (_, effects) => act(effects);
        _driver.Step(Ticks.Zero, new SpaceChanged(true));
        _core.OnStep = static (_, _) => { };
        EmptyTurn();
    }

    private void EmptyTurn() => _driver.EndTurn(Ticks.Zero);

    private void Flushed(ulong lsn)
    {
        _driver.OnFlushed(Ticks.Zero, new LogDurable(new Lsn(lsn)));
        EmptyTurn();
    }

    private sealed record Note(string Text) : ProtocolMessage;

    private sealed record Promise(Lsn AfterLsn, string Text) : PromiseMessage(AfterLsn);
}
