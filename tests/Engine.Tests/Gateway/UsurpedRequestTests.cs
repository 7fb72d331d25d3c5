using static Consensus.Engine.Tests.Gateway.GatewayBench;

namespace Consensus.Engine.Tests.Gateway;

/// <summary>What a Byzantine replica commits under the number of somebody else's request ends the waiting of nobody but whoever has sent those very bytes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UsurpedRequestTests
{
    private static readonly RequestId Own = new(new ClientId(77), 5);
    private static readonly byte[] Signature = [.. Enumerable.Repeat((byte)1, 64)];
    private static readonly byte[] OtherSignature = [.. Enumerable.Repeat((byte)2, 64)];

    private readonly GatewayBench _bench = new();

    [Test]
    public void A_command_that_its_sessions_owner_has_not_signed_is_refused_to_whoever_sent_it_also_after_a_second_attempt()
    {
        _bench.Elect(Other);
        var result = _bench.Propose(7, Own, kind: CommandKind.SignedCommand, credential: Signature);
        _bench.Turn();
        _bench.Elect(Self, term: 2);

        _bench.Commit(_bench.Turn().Single(), CommandOutcome.NotSignedByClient);

        Assert.That(Completed(result), Is.EqualTo(ProposeResult.Refused(RefusalReason.NotSignedByClient)));
    }

    [TestCase(CommandKind.SignedCommand, true, 7)]
    [TestCase(CommandKind.SignedCommand, false, 8)]
    [TestCase(CommandKind.Command, false, 7)]
    public void Somebody_elses_unsigned_command_does_not_end_the_waiting_of_the_owner(CommandKind kind, bool hasOtherSignature, byte body)
    {
        _bench.Elect(Other);
        var result = _bench.Propose(7, Own, kind: CommandKind.SignedCommand, credential: Signature);
        var proposal = _bench.Turn().Single();

        var theirs = _bench.Propose(body, Own, kind: kind, credential: kind == CommandKind.Command ? [] : hasOtherSignature ? OtherSignature : Signature);
        _bench.Commit(_bench.Turn().Single(), CommandOutcome.NotSignedByClient);

        Assert.That(Completed(theirs).Refusal, Is.EqualTo(RefusalReason.NotSignedByClient));
        Assert.That(result.IsCompleted, Is.False);

        _bench.Commit(proposal);

        Assert.That(Completed(result).IsApplied, Is.True);
    }

    [Test]
    public void A_session_that_was_opened_with_another_key_under_the_number_of_a_request_is_not_given_out()
    {
        _bench.Elect(Other);
        var opening = _bench.Propose(0, Own, kind: CommandKind.OpenSessionWithKey, credential: Signature[..32]);
        var proposal = _bench.Turn().Single();

        _bench.Commit(proposal with { Payload = $"{proposal.Payload[..^2]}09" });
        Assert.That(opening.IsCompleted, Is.False);
        _bench.Commit(proposal);

        Assert.That(Completed(opening).Index, Is.EqualTo(new LogIndex(3)));
    }

    // The numbers of openings are no session's, but a liar may put a command under one that it has seen: into a session that is not there, or into one of its own with that very number.
    [Test]
    public void A_command_under_the_number_of_an_opening_neither_ends_it_nor_becomes_its_session(
        [Values] bool hasKey,
        [Values(CommandOutcome.Applied, CommandOutcome.Rejected, CommandOutcome.SessionExpired, CommandOutcome.RequestForgotten, CommandOutcome.RequestBeyondWindow, CommandOutcome.NotSignedByClient)] CommandOutcome outcome)
    {
        _bench.Elect(Other);
        var opening = hasKey
            ? _bench.Propose(0, Own, kind: CommandKind.OpenSessionWithKey, credential: Signature[..32])
            : _bench.Propose(0, Own, kind: CommandKind.OpenSession);
        var command = _bench.Propose(7, Own);
        var proposals = _bench.Turn();

        _bench.Commit(proposals[1], outcome);

        Assert.That((opening.IsCompleted, command.Wait(Hosting.ReplicaBench.Hang)), Is.EqualTo((false, true)));
        Assert.That(_bench.Turn(), Is.Empty);

        _bench.Commit(proposals[0]);

        Assert.That((Completed(opening).Status, Completed(opening).Index), Is.EqualTo((ProposeStatus.Applied, new LogIndex(3))));
    }

    [Test]
    public void The_replicas_own_session_is_not_one_with_somebody_elses_key()
    {
        _bench.Elect(Other);
        var result = _bench.Propose();
        var opening = _bench.Turn().Single();

        _bench.Commit(opening with { Kind = CommandKind.OpenSessionWithKey, Payload = $"03{opening.Payload[2..]}{new string('0', 64)}" });
        Assert.That(_bench.Turn(), Is.Empty, "nothing is sent in a session of somebody else");

        _bench.Commit(opening);
        var command = _bench.Turn().Single();
        Assert.That(command.Request.Client, Is.EqualTo(new ClientId(3)));
        _bench.Commit(command with { Kind = CommandKind.SignedCommand, Payload = $"04{command.Payload[2..]}" }, CommandOutcome.NotSignedByClient);
        Assert.That(result.IsCompleted, Is.False, "a command under its number that somebody has signed is not its own");
        _bench.Commit(command);

        Assert.That(Completed(result).IsApplied, Is.True);
    }
}
