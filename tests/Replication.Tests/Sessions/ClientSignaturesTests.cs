using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Replication.Sessions;

namespace Consensus.Replication.Tests.Sessions;

/// <summary>How often a client's signature is checked: once, as long as it is remembered; and what is remembered decides nothing.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClientSignaturesTests
{
    private static readonly RequestSigner Owner = new(SessionedReplica.Cluster, SessionedReplica.Keys.CreateSigner(1));
    private static readonly RequestSigner Liar = new(SessionedReplica.Cluster, SessionedReplica.Keys.CreateSigner(2));

    private readonly CountingVerifier _verifier = new();
    private readonly SessionedReplica _replica;
    private readonly ClientId _session;

    public ClientSignaturesTests()
    {
        _replica = new SessionedReplica(new SessionOptions(), _verifier, rememberedMax: 8);
        _session = _replica.Open(Owner);
    }

    [Test]
    public void A_copy_is_not_checked_again()
    {
        _replica.Do(Owner, _session, 1);
        Assert.That(_verifier.Count, Is.EqualTo(1));

        for (var i = 0; i < 3; i++)
        {
            Assert.That(_replica.Do(Owner, _session, 1).Outcome, Is.EqualTo(CommandOutcome.Applied));
        }

        Assert.That(_verifier.Count, Is.EqualTo(1));
    }

    [Test]
    public void Whatever_is_not_the_same_is_checked()
    {
        var other = _replica.Open(Owner);
        _replica.Do(Owner, _session, 4);

        _replica.Do(Owner, _session, 5);
        _replica.Do(Owner, _session, 4, "another");
        _replica.Do(Owner, _session, 4, acknowledgedBelow: 2);
        _replica.Do(Owner, other, 4);
        Assert.That(_verifier.Count, Is.EqualTo(5));

        var payload = SessionedReplica.Signed(Owner, _session, 4);
        payload[CommandEnvelope.HeaderSize] ^= 1;
        Assert.That(_replica.Apply(payload).Outcome, Is.EqualTo(CommandOutcome.NotSignedByClient));
        Assert.That(_verifier.Count, Is.EqualTo(6), "another signature of the same request");
    }

    [Test]
    public void What_is_not_valid_is_checked_each_time_and_takes_no_place()
    {
        _replica.Do(Owner, _session, 1);
        for (var i = 0; i < 20; i++)
        {
            Assert.That(_replica.Do(Liar, _session, 1).Outcome, Is.EqualTo(CommandOutcome.NotSignedByClient));
        }

        Assert.That(_verifier.Count, Is.EqualTo(21));
        _replica.Do(Owner, _session, 1);
        Assert.That(_verifier.Count, Is.EqualTo(21), "the valid one is still remembered");
    }

    [Test]
    public void Whether_it_is_remembered_changes_nothing([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        var forgetful = new SessionedReplica(new SessionOptions(), _verifier, rememberedMax: 8);
        var mindful = new SessionedReplica(new SessionOptions(), new CountingVerifier(), rememberedMax: 1024);
        var sessions = new[] { forgetful.Open(Owner), forgetful.Open(Liar) };
        Assert.That(new[] { mindful.Open(Owner), mindful.Open(Liar) }, Is.EqualTo(sessions));
        for (var step = 0; step < 400; step++)
        {
            var payload = SessionedReplica.Signed(random.Next(2) == 0 ? Owner : Liar, sessions[random.Next(2)], (ulong)random.Next(40), "c", (ulong)random.Next(3));
            var (one, other) = (forgetful.Apply(payload), mindful.Apply(payload));
            Assert.That((other.Outcome, other.Index), Is.EqualTo((one.Outcome, one.Index)), $"seed {seed}, step {step}");
        }

        Assert.That(mindful.State.StateHash(), Is.EqualTo(forgetful.State.StateHash()));
        Assert.That(forgetful.Machine.Count, Is.GreaterThan(30));
    }

    [Test]
    public void A_copy_is_recognised_without_allocating()
    {
        var payload = SessionedReplica.Signed(Owner, _session, 1);
        for (var i = 0; i < 100; i++)
        {
            Apply();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Apply();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(_verifier.Count, Is.EqualTo(1));

        void Apply() => _replica.State.Apply(new LogEntry(new LogIndex(++_replica.Index), new Term(1), EntryKind.Command, default, payload, default));
    }

    private sealed class CountingVerifier : ISignatureVerifier
    {
        public int Count { get; private set; }

        public bool Verify(in PublicKey key, ReadOnlySpan<byte> message, in Signature signature)
        {
            Count++;
            return SessionedReplica.Keys.Verify(key, message, signature);
        }
    }
}
