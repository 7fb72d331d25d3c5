using Consensus.HotStuff;
using Consensus.HotStuff.Messages;
using Consensus.Pbft.Messages;

namespace Consensus.Byzantine.Tests;

/// <summary>
/// Whole groups whose first leader orders everything, just before the others lose their patience (pitfall P10): it is replaced, and callers are served as fast as ever; and where nobody lies, nobody is.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class SlowLeaderTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    // A command takes four views of HotStuff: all of them are to take less than the timeout. And no term is to end by itself.
    private static readonly TimeSpan LateInView = TimeSpan.FromMilliseconds(115);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(490);
    private static readonly HotStuffOptions LongTerms = SimulationOptions.HotStuffDefaults with { TermViews = 1024 };

    public static IEnumerable<SimulatedProtocol> Protocols =>
        [SimulatedProtocol.Pbft, SimulatedProtocol.HotStuffWith(LongTerms), SimulatedProtocol.HotStuffWith(LongTerms with { Rules = HotStuffRuleSet.TwoChain }) with { Name = "hotstuff-two-chain" }];

    [TestCaseSource(nameof(Protocols))]
    public void A_leader_that_orders_everything_late_is_replaced_and_callers_are_served_as_before(SimulatedProtocol protocol) =>
        Demand(protocol, static (_, message) => message is PrePrepare or NodeProposal, static _ => false);

    // Two of three backups have the block at once, and their votes with it; the third is late, and without the primary's vote nothing is committed before.
    [Test]
    public void A_primary_that_is_late_with_one_backup_and_keeps_its_own_vote_is_replaced_too() =>
        Demand(SimulatedProtocol.Pbft, static (to, message) => message is PrePrepare && to == new NodeId(4), static message => message is Commit or CommittedBlock);

    [TestCaseSource(nameof(Protocols))]
    public void Where_nobody_lies_the_first_leader_stays_under_any_load(SimulatedProtocol protocol)
    {
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var run = new ObservedRun(Group(protocol).WithFaults(FaultSet.Of(FaultKind.Overload)).WithDuration(TimeSpan.FromSeconds(10)), seed);
            Assert.That(run.HasGivenUpLeader, Is.False);
        }
    }

    private static void Demand(SimulatedProtocol protocol, Func<NodeId, ProtocolMessage, bool> isLate, Func<ProtocolMessage, bool> isKept)
    {
        for (var seed = 1UL; ; seed++)
        {
            Assert.That(seed, Is.LessThan(40), "one of four is drawn");
            var late = protocol.Name == SimulatedProtocol.Pbft.Name ? Late : LateInView;
            var adversary = new LateLeader(late, isLate, isKept);
            var group = Group(protocol).WithFaults(FaultSet.None).WithAdversary(() => adversary);
            group.WithDuration(TimeSpan.FromSeconds(1)).Run(seed);
            if (adversary.Proposals == 0)
            {
                // Not the leader was drawn.
                continue;
            }

            adversary = new LateLeader(late, isLate, isKept);
            var run = new ObservedRun(group, seed);
            Assert.That(adversary.Proposals, Is.Positive, "the same is drawn however long it lasts");

            var calls = run.Calls.ToArray();
            var first = calls.OrderBy(call => call.Begun).Take(4).Max(call => call.Took);
            var last = calls.Where(call => call.Begun > Duration / 2 && call.Begun < Duration * 0.9).Select(call => call.Took).Order().ToArray();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(first, Is.GreaterThan(2 * LateInView), "the leader is as slow as it can be");
                Assert.That(last, Has.Length.GreaterThan(100));

                // One call in four goes to the replica that lies, whose answer nobody believes, and is made again.
                Assert.That(last[last.Length / 2], Is.LessThan(TimeSpan.FromMilliseconds(50)), "as fast as ever");
            }

            return;
        }
    }

    private static Simulator Group(SimulatedProtocol protocol) => new Simulator().WithProtocol(protocol).WithNodes(4).WithDuration(Duration);

    private sealed class LateLeader(TimeSpan delay, Func<NodeId, ProtocolMessage, bool> isLate, Func<ProtocolMessage, bool> isKept) : IAdversary
    {
        public int Proposals { get; private set; }

        public void OnSending(CorruptReplica replica, InterceptedMessage message)
        {
            Proposals += message.Message is PrePrepare or NodeProposal && replica.Now < TimeSpan.FromSeconds(1) ? 1 : 0;
            if (message.Message is { } said && isLate(message.To, said))
            {
                replica.Later(delay, () => replica.Pass(message));
            }
            else if (message.Message is not { } other || !isKept(other))
            {
                replica.Pass(message);
            }
        }
    }
}
