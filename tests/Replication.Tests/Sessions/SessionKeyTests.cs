using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Replication.Tests.Sessions;

/// <summary>A session with a key belongs to whoever has the key, and to nobody else.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SessionKeyTests
{
    private static readonly RequestSigner Owner = SignerOf(1);
    private static readonly RequestSigner Liar = SignerOf(2);

    private readonly SessionedReplica _replica = new();
    private readonly ClientId _session;

    public SessionKeyTests() => _session = _replica.Open(Owner);

    [Test]
    public void What_its_owner_has_signed_is_applied_once()
    {
        var first = _replica.Do(Owner, _session, 1, "once");
        var again = _replica.Do(Owner, _session, 1, "once");

        Assert.That(first.Outcome, Is.EqualTo(CommandOutcome.Applied));
        Assert.That((again.Outcome, again.Index), Is.EqualTo((CommandOutcome.Applied, first.Index)));
        Assert.That(_replica.Machine.Count, Is.EqualTo(1));
    }

    [Test]
    public void What_nobody_or_somebody_else_has_signed_has_no_effect_and_does_not_use_the_number_up()
    {
        var before = _replica.State.StateHash();

        Assert.That(_replica.Do(_session, 1, "x", acknowledgedBelow: 1).Outcome, Is.EqualTo(CommandOutcome.NotSignedByClient));
        Assert.That(_replica.Do(Liar, _session, 1, "x", acknowledgedBelow: 1).Outcome, Is.EqualTo(CommandOutcome.NotSignedByClient));
        Assert.That(_replica.State.StateHash(), Is.EqualTo(before), "nor is it a use of the session");
        Assert.That(_replica.Machine.Count, Is.Zero);

        Assert.That(_replica.Do(Owner, _session, 1).Outcome, Is.EqualTo(CommandOutcome.Applied));
    }

    // Each field of the envelope in turn: the session, the number, what is acknowledged, the signature, the command.
    [TestCase(9, TestName = "A_signature_is_for_one_number")]
    [TestCase(17, TestName = "A_signature_covers_what_is_acknowledged")]
    [TestCase(25, TestName = "A_signature_cannot_be_altered_at_its_beginning")]
    [TestCase(88, TestName = "A_signature_cannot_be_altered_at_its_end")]
    [TestCase(89, TestName = "A_signature_covers_the_command")]
    public void A_signature_is_for_one_request(int offset)
    {
        var payload = SessionedReplica.Signed(Owner, _session, 4, "c", acknowledgedBelow: 2);
        payload[offset] ^= 1;

        Assert.That(_replica.Apply(payload).Outcome, Is.EqualTo(CommandOutcome.NotSignedByClient));
        payload[offset] ^= 1;
        Assert.That(_replica.Apply(payload).Outcome, Is.EqualTo(CommandOutcome.Applied));
    }

    [Test]
    public void A_signature_is_for_one_session_and_one_cluster()
    {
        var second = _replica.Open(Owner);
        var payload = SessionedReplica.Signed(Owner, _session, 1);
        payload[1] = (byte)second.Value;
        Assert.That(_replica.Apply(payload).Outcome, Is.EqualTo(CommandOutcome.NotSignedByClient));

        var elsewhere = new RequestSigner(new ClusterId(Guid.NewGuid()), SessionedReplica.Keys.CreateSigner(1));
        Assert.That(_replica.Do(elsewhere, _session, 1).Outcome, Is.EqualTo(CommandOutcome.NotSignedByClient));
    }

    // A replica may give its caller the number of a session that is not his.
    [Test]
    public void A_signed_command_in_a_session_without_a_key_has_no_effect()
    {
        var without = _replica.Open();

        Assert.That(_replica.Do(Owner, without, 1).Outcome, Is.EqualTo(CommandOutcome.NotSignedByClient));
        Assert.That(_replica.Do(without, 1).Outcome, Is.EqualTo(CommandOutcome.Applied));
    }

    [Test]
    public void Results_are_acknowledged_by_the_owner_only()
    {
        _replica.Do(Owner, _session, 1);

        _replica.Do(_session, 2, acknowledgedBelow: 2);
        _replica.Do(Liar, _session, 2, acknowledgedBelow: 2);
        Assert.That(_replica.State.TryFindResult(new RequestId(_session, 1), out var found), Is.True);
        Assert.That(found.Outcome, Is.EqualTo(CommandOutcome.Applied));

        _replica.Do(Owner, _session, 2, acknowledgedBelow: 2);
        _replica.State.TryFindResult(new RequestId(_session, 1), out found);
        Assert.That(found.Outcome, Is.EqualTo(CommandOutcome.RequestForgotten));
    }

    // With as many sessions as there may be, the one used longest ago is closed.
    [Test]
    public void What_is_not_signed_keeps_no_session_in_use()
    {
        var replica = new SessionedReplica(sessionsMax: 2);
        var first = replica.Open(Owner);
        var second = replica.Open(Owner);
        replica.Do(Owner, second, 1);
        replica.Do(Liar, first, 1);

        replica.Open();

        Assert.That(replica.Do(Owner, first, 1).Outcome, Is.EqualTo(CommandOutcome.SessionExpired));
        Assert.That(replica.Do(Owner, second, 2).Outcome, Is.EqualTo(CommandOutcome.Applied));
    }

    [TestCase(4ul, 0ul, CommandOutcome.Applied, TestName = "A_copy_changes_nothing")]
    [TestCase(4ul, 4ul, CommandOutcome.Applied, TestName = "Nor_does_one_that_acknowledges_more")]
    [TestCase(1ul, 0ul, CommandOutcome.RequestForgotten, TestName = "Nor_one_whose_result_was_acknowledged")]
    [TestCase(9ul, 10ul, CommandOutcome.RequestForgotten, TestName = "Nor_a_new_one_that_acknowledges_itself")]
    [TestCase(16_386ul, 0ul, CommandOutcome.RequestBeyondWindow, TestName = "Nor_one_beyond_the_window")]
    [TestCase(16_390ul, 5ul, CommandOutcome.RequestBeyondWindow, TestName = "Nor_one_beyond_it_that_acknowledges_more")]
    public void Nothing_but_a_number_that_is_applied_for_the_first_time_changes_a_session(ulong sequence, ulong acknowledgedBelow, CommandOutcome expected)
    {
        _replica.Do(Owner, _session, 1);
        _replica.Do(Owner, _session, 3, acknowledgedBelow: 2);
        var first = _replica.Do(Owner, _session, 4, acknowledgedBelow: 2);
        var before = (_replica.State.StateHash(), _replica.State.ResultBytes, _replica.Machine.Count);

        var again = _replica.Do(Owner, _session, sequence, acknowledgedBelow: acknowledgedBelow);

        Assert.That((again.Outcome, again.Index), Is.EqualTo((expected, expected == CommandOutcome.Applied ? first.Index : again.Index)));
        Assert.That((_replica.State.StateHash(), _replica.State.ResultBytes, _replica.Machine.Count), Is.EqualTo(before));
        Assert.That(_replica.State.TryFindResult(new RequestId(_session, 3), out var awaited) && awaited.Outcome == CommandOutcome.Applied, "what its owner may still wait for");
    }

    // Whoever has seen a signed command can have it ordered again, as often as he likes.
    [TestCase(true)]
    [TestCase(false)]
    public void Nobody_keeps_a_session_by_repeating_what_its_owner_has_signed(bool isRepeated)
    {
        var replica = new SessionedReplica(sessionsMax: 2);
        var first = replica.Open(Owner);
        var second = replica.Open(Owner);
        replica.Do(Owner, first, 1);
        replica.Do(Owner, second, 1);
        if (isRepeated)
        {
            replica.Do(Owner, first, 1);
        }

        replica.Open();

        Assert.That(replica.Do(Owner, first, 2).Outcome, Is.EqualTo(CommandOutcome.SessionExpired));
        Assert.That(replica.Do(Owner, second, 2).Outcome, Is.EqualTo(CommandOutcome.Applied));
    }

    // An owner who never hears of his first result repeats it for as long as he likes. His session is as young as that result.
    [Test]
    public void Who_does_nothing_but_repeat_gets_his_result_until_as_many_sessions_as_there_may_be_were_used_since()
    {
        var replica = new SessionedReplica(sessionsMax: 3);
        var session = replica.Open(Owner);
        var first = replica.Do(Owner, session, 1);
        foreach (var _ in (int[])[1, 2])
        {
            replica.Open();
            Assert.That(replica.Do(Owner, session, 1).Index, Is.EqualTo(first.Index));
        }

        replica.Open();
        Assert.That(replica.Do(Owner, session, 1).Outcome, Is.EqualTo(CommandOutcome.SessionExpired));
    }

    // Programs from before there were keys apply the same commands in a rolling upgrade: where no session has one, nothing is different.
    [Test]
    public void Without_a_key_a_copy_is_a_use_and_acknowledges()
    {
        var replica = new SessionedReplica(sessionsMax: 2);
        var (first, second) = (replica.Open(), replica.Open());
        replica.Do(first, 1);
        replica.Do(first, 2);
        replica.Do(second, 1);
        replica.Do(first, 2, acknowledgedBelow: 2);

        replica.Open();

        Assert.That(replica.Do(second, 2).Outcome, Is.EqualTo(CommandOutcome.SessionExpired));
        Assert.That(replica.Do(first, 1).Outcome, Is.EqualTo(CommandOutcome.RequestForgotten));
    }

    [Test]
    public void A_restored_replica_goes_on_exactly_as_the_first_whatever_is_repeated([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        var replica = new SessionedReplica(sessionsMax: 4);
        var twin = new SessionedReplica(sessionsMax: 4);
        var opened = new List<ClientId>();
        for (var step = 0; step < 500; step++)
        {
            byte[] payload;
            if (step == 0 || random.Next(25) == 0)
            {
                opened.Add(new ClientId(replica.Index + 1));
                payload = SessionedReplica.Payload(CommandKind.OpenSessionWithKey, default, (ulong)step, 0, Owner.PublicKey.Span);
            }
            else
            {
                var sequence = (ulong)random.Next(12);
                payload = SessionedReplica.Signed(random.Next(10) == 0 ? Liar : Owner, opened[^Math.Min(opened.Count, 1 + random.Next(5))], sequence, "c", (ulong)random.Next(8));
            }

            var (one, other) = (replica.Apply(payload), twin.Apply(payload));
            Assert.That((other.Request, other.Outcome, other.Index), Is.EqualTo((one.Request, one.Outcome, one.Index)), $"seed {seed}, step {step}");
            if (random.Next(15) == 0)
            {
                twin = replica.Restored();
                Assert.That(twin.State.StateHash(), Is.EqualTo(replica.State.StateHash()), $"seed {seed}, step {step}");
                Assert.That(twin.Snapshot(), Is.EqualTo(replica.Snapshot()), $"seed {seed}, step {step}");
            }
        }

        Assert.That(replica.Machine.Count, Is.GreaterThan(50), "some must get through for this to be a test");
    }

    // A program from before there were keys reads version 1, and calls version 2 damaged: so it is written when there is a key, and not before.
    [Test]
    public void A_snapshot_is_of_version_2_as_long_as_some_session_has_a_key()
    {
        var replica = new SessionedReplica(sessionsMax: 2);
        replica.Open();
        Assert.That(replica.Snapshot()[..4], Is.EqualTo("CSS\u0001"u8.ToArray()));
        Assert.That(replica.Restored().State.StateHash(), Is.EqualTo(replica.State.StateHash()), "and version 1 is read");

        replica.Open(Owner);
        Assert.That(replica.Snapshot()[..4], Is.EqualTo("CSS\u0002"u8.ToArray()));
        Assert.That(replica.Restored().Snapshot(), Is.EqualTo(replica.Snapshot()));

        replica.Open();
        replica.Open();
        Assert.That(replica.Snapshot()[..4], Is.EqualTo("CSS\u0001"u8.ToArray()), "the session with the key is closed");
    }

    [TestCase(true, 0, "damaged: it is of version 0, and with the sessions that it has it would be of version 2")]
    [TestCase(true, 1, "damaged: it is of version 1, and with the sessions that it has it would be of version 2")]
    [TestCase(true, 3, "written by a newer version of this program: its format version is 3, this program reads up to 2")]
    [TestCase(false, 2, "damaged: it is of version 2, and with the sessions that it has it would be of version 1")]
    [TestCase(false, 255, "written by a newer version of this program: its format version is 255, this program reads up to 2")]
    public void A_snapshot_of_another_version_is_refused_and_the_state_is_as_it_was(bool hasKey, byte version, string expected)
    {
        var other = new SessionedReplica();
        if (!hasKey)
        {
            other.Open();
        }

        var snapshot = (hasKey ? _replica : other).Snapshot();
        snapshot[3] = version;
        var before = _replica.State.StateHash();

        var refused = Assert.Throws<ConsensusException>(() => _replica.State.Restore(new MemoryStream(snapshot)));

        Assert.That(refused.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid));
        Assert.That(refused.Message, Does.Contain(expected));
        Assert.That(_replica.State.StateHash(), Is.EqualTo(before));
    }

    [Test]
    public void The_key_is_part_of_the_hash_and_of_the_snapshot()
    {
        var other = new SessionedReplica();
        other.Open(Liar);
        var without = new SessionedReplica();
        without.Open();
        Assert.That(new[] { other, without }.Select(replica => replica.State.StateHash()), Has.None.EqualTo(_replica.State.StateHash()));

        _replica.Do(Owner, _session, 1);
        var restored = _replica.Restored();

        Assert.That(restored.State.StateHash(), Is.EqualTo(_replica.State.StateHash()));
        Assert.That(restored.Snapshot(), Is.EqualTo(_replica.Snapshot()));
        Assert.That(restored.Do(Liar, _session, 2).Outcome, Is.EqualTo(CommandOutcome.NotSignedByClient));
        Assert.That(restored.Do(Owner, _session, 2).Outcome, Is.EqualTo(CommandOutcome.Applied));
    }

    // The key lies in the first session's value, behind 16 bytes of it: a key of zeros would open the session to everybody, and could not be written again either.
    [Test]
    public void A_snapshot_with_a_key_that_is_none_is_refused()
    {
        var snapshot = _replica.Snapshot();
        var at = snapshot.AsSpan().IndexOf(Owner.PublicKey.Span);
        Assert.That(at, Is.Positive);
        snapshot.AsSpan(at, PublicKey.Size).Clear();

        var refused = Assert.Throws<ConsensusException>(() => new SessionedReplica().State.Restore(new MemoryStream(snapshot)));

        Assert.That(refused!.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid));
        Assert.That(refused.Message, Does.Contain("a key under which no signature is valid"));
    }

    [Test]
    public void A_session_with_a_key_that_is_none_is_not_opened()
    {
        foreach (var key in new[] { new byte[PublicKey.Size], [1, .. new byte[31]], [.. Enumerable.Repeat((byte)255, PublicKey.Size)], new byte[31], new byte[33] })
        {
            var opened = _replica.Apply(SessionedReplica.Payload(CommandKind.OpenSessionWithKey, new ClientId(7), 1, 0, key));

            Assert.That(opened.Outcome, Is.EqualTo(CommandOutcome.Malformed), Convert.ToHexString(key));
        }
    }

    private static RequestSigner SignerOf(ulong number) => new(SessionedReplica.Cluster, SessionedReplica.Keys.CreateSigner(number));
}
