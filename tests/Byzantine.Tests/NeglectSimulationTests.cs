using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;
using Consensus.Pbft.Messages;

namespace Consensus.Byzantine.Tests;

/// <summary>
/// Whole groups with a leader that orders nothing of what callers want, and never stands still; and with a member that makes it seem as if an honest leader did so. The first is given up soon, the second is not.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class NeglectSimulationTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    // Just before the others lose their patience.
    private static readonly TimeSpan Pace = SimulationOptions.HotStuffDefaults.ViewTimeout * 0.9;

    [TestCase("hotstuff", 3)]
    [TestCase("hotstuff-two-chain", 3)]
    [TestCase("hotstuff", 6, Category = "Soak", Explicit = true, Reason = "Takes half a minute.")]
    [TestCase("hotstuff-two-chain", 6, Category = "Soak", Explicit = true, Reason = "Takes half a minute.")]
    public void A_leader_that_fills_its_term_with_empty_nodes_is_given_up(string name, int seeds)
    {
        var led = 0;
        for (var seed = 1UL; seed <= (ulong)seeds; seed++)
        {
            var adversary = new EmptyTerm(Pace);
            var run = new ObservedRun(Group(name).WithAdversary(() => adversary), seed);
            led += adversary.Views;

            // 250 ms until a batch is shown, nine looks with a block between each and the next, and as many views until the first is committed; then the next leader begins.
            Assert.That(run.Calls.Max(call => call.Took), Is.LessThan(TimeSpan.FromSeconds(0.25) + (14 * Pace)));
        }

        Assert.That(led, Is.GreaterThan(20 * seeds / 6));
    }

    [TestCase("pbft", 4)]
    [TestCase("hotstuff", 4)]
    [TestCase("pbft", 8, Category = "Soak", Explicit = true, Reason = "Takes half a minute.")]
    [TestCase("hotstuff", 8, Category = "Soak", Explicit = true, Reason = "Takes half a minute.")]
    public void A_member_that_shows_numbers_which_the_leader_must_refuse_deposes_nobody(string name, int seeds)
    {
        var shown = 0;
        for (var seed = 1UL; seed <= (ulong)seeds; seed++)
        {
            var adversary = new LateShow();
            var run = new ObservedRun(Group(name).WithAdversary(() => adversary.Script), seed);
            shown += adversary.Shown;
            if (!adversary.HasLed)
            {
                Assert.That(run.HasGivenUpLeader, Is.False, $"seed {seed}");
            }
        }

        Assert.That(shown, Is.GreaterThan(30 * seeds / 8));
    }

    private static Simulator Group(string name) => new Simulator().WithProtocol(SimulatedProtocol.All.Single(protocol => protocol.Name == name)).WithNodes(4).WithDuration(Duration).WithFaults(FaultSet.None);

    /// <summary>As leader it begins a chain of its own in place of its honest part's, of empty nodes, and adds one when the last has its certificate and so much time has passed.</summary>
    private sealed class EmptyTerm(TimeSpan pace) : IAdversary
    {
        private readonly SortedDictionary<NodeId, Signature> _votes = [];
        private Node? _last;
        private TimeSpan _until = TimeSpan.MinValue;

        /// <summary>How many views it has led so.</summary>
        public int Views { get; private set; }

        public void OnSending(CorruptReplica replica, InterceptedMessage message)
        {
            if (message.Message is NodeProposal { Node: var node } proposal)
            {
                if (_last is null || TermOf(node) > TermOf(_last))
                {
                    Propose(replica, new Node(node.View, node.Height, node.Justify, node.Record, Empty(node.View).Digest), proposal.Timeouts);
                }
            }
            else if (replica.Now > _until || message.Message is not (HotStuff.Messages.Status or TermTimeout))
            {
                // Its honest part knows nothing of that chain, and would give the term up.
                replica.Pass(message);
            }
        }

        public void OnReceiving(CorruptReplica replica, InterceptedMessage message)
        {
            if (message.Message is not NodeVote vote || vote.Hash != _last?.Hash || !_votes.TryAdd(message.From, vote.Signature) || _votes.Count != replica.Identity.Members.Quorum)
            {
                return;
            }

            var (parent, view) = (_last, _last.View.Next);
            var statement = new Statement(replica.Identity.Domain, StatementKind.HotStuffVote, parent.View, SequenceNumber.Zero, parent.Hash);
            var certificate = NodeCertificate.Of(new QuorumCertificate(statement, [.. _votes.Select(each => new MemberSignature(each.Key, each.Value))]));
            var next = new Node(view, parent.Height.Next, certificate, parent.Record, Empty(view).Digest);
            if (TermOf(next) == TermOf(parent))
            {
                replica.Later(pace, () => Propose(replica, next, timeouts: null));
            }
        }

        private static ulong TermOf(Node node) => node.View.Value / (ulong)SimulationOptions.HotStuffDefaults.TermViews;

        private static Block Empty(ViewNumber view) => new(new Timestamp(-(long)view.Value), []);

        private void Propose(CorruptReplica replica, Node node, TimeoutCertificate? timeouts)
        {
            (_last, _until) = (node, replica.Now + (2 * pace));
            Views++;
            _votes.Clear();
            _votes.Add(replica.Id, replica.Sign(StatementKind.HotStuffVote, node.View, SequenceNumber.Zero, node.Hash));
            var proposal = new NodeProposal(Lsn.Zero, node, Empty(node.View), timeouts, replica.Sign(StatementKind.HotStuffProposal, node.View, SequenceNumber.Zero, node.Hash));
            foreach (var peer in replica.Peers)
            {
                replica.Send(peer, proposal);
            }
        }
    }

    /// <summary>
    /// Gives the leader a batch, and the others one with a lower number so late that they watch it, and the leader, which gets it from them, has committed the other and refuses it. Then it waits until they should have lost
    /// their patience, and says that it has lost its own.
    /// </summary>
    private sealed class LateShow
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.7);

        private NodeId _leader;
        private ulong _number;
        private TimeSpan _next;

        public LateShow() => Script = new ScriptedAdversary()
            .WhenSending<Submit>((replica, sent, submit) =>
            {
                if (submit.Batch.Origin != replica.Id)
                {
                    replica.Pass(sent);
                }
                else if (replica.Now >= _next)
                {
                    _next = replica.Now + Pause;
                    _leader = sent.To;
                    _number = Math.Max(_number, submit.Batch.Number) + 2;
                    Submit(replica, sent.To, _number);
                }
            })
            .WhenSending<Pbft.Messages.Status>((replica, sent, status) => replica.Send(sent.To, status with { SuspectsPrimary = true }))
            .WhenSending<HotStuff.Messages.Status>((replica, sent, status) => replica.Send(sent.To, status with { SuspectsLeader = true }))
            .WhenSending<PrePrepare>((replica, sent, _) => Lead(replica, sent))
            .WhenSending<NodeProposal>((replica, sent, _) => Lead(replica, sent))
            .WhenReceiving<PrePrepare>((replica, _, proposal) => Show(replica, proposal.Block))
            .WhenReceiving<NodeProposal>((replica, _, proposal) => Show(replica, proposal.Block));

        public ScriptedAdversary Script { get; }

        public bool HasLed { get; private set; }

        public int Shown { get; private set; }

        private void Lead(CorruptReplica replica, InterceptedMessage sent)
        {
            HasLed = true;
            replica.Pass(sent);
        }

        private void Show(CorruptReplica replica, Block block)
        {
            foreach (var batch in block.Batches)
            {
                if (batch.Origin != replica.Id || batch.Number != _number)
                {
                    continue;
                }

                var number = _number - 1;
                replica.Later(replica.Random.NextBetween(TimeSpan.Zero, TimeSpan.FromMilliseconds(6)), () =>
                {
                    Shown++;
                    foreach (var peer in replica.Peers.Where(peer => peer != _leader))
                    {
                        Submit(replica, peer, number);
                    }
                });
            }
        }

        private static void Submit(CorruptReplica replica, NodeId to, ulong number)
        {
            var batch = new CommandBatch(replica.Id, number, []);
            var signature = replica.Sign(StatementKind.CommandBatch, ViewNumber.Zero, new SequenceNumber(number), batch.Digest);
            replica.Send(to, new Submit(new CommandBatch(replica.Id, number, [], signature)));
        }
    }
}
