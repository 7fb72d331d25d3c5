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
