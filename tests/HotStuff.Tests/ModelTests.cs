using Consensus.HotStuff.Leaders;
using Consensus.HotStuff.Rules;

namespace Consensus.HotStuff.Tests;

/// <summary>
/// The rules against an adversary who chooses everything else: who proposes what in which view after which certified node, with time-outs or without, who hears of it, and who gives up. One
/// of four members votes for anything and claims anything. What is committed must be one chain; and with each rule weakened it is not (pitfalls H1, H2, H10).
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class ModelTests
{
    private const int Runs = 30_000;

    [TestCase(false, TestName = "Three_chain_rules_never_fork")]
    [TestCase(true, TestName = "Two_chain_rules_never_fork")]
    public void The_rules_never_fork(bool isTwoChain)
    {
        var committed = 0;
        for (var seed = 0UL; seed < Runs; seed++)
        {
            var model = new Model(isTwoChain ? new TwoChainRules() : new ThreeChainRules(), seed);
            Assert.That(model.Run(), Is.False, $"seed {seed}");
            committed += model.CommittedCount;
        }

        Assert.That(committed, Is.GreaterThan(Runs / 10), "much is committed");
    }

    private static IEnumerable<TestCaseData> Weak
    {
        get
        {
            yield return Case("Three certified nodes that leave out views commit nothing", new Weakened(new ThreeChainRules()) { CommitsAcrossGaps = 3 });
            yield return Case("Two certified nodes commit nothing under the lock of three", new Weakened(new ThreeChainRules()) { CommitsAcrossGaps = 2 });
            yield return Case("Without a lock anything is voted for", new Weakened(new ThreeChainRules()) { Votes = (_, _, _, _) => true });
            yield return Case("A certificate of the view that one is locked on is not higher", new Weakened(new ThreeChainRules()) { Votes = (justify, locked, extends, _) => extends || justify.Next >= locked });
            yield return Case("Two certified nodes that leave out views commit nothing", new Weakened(new TwoChainRules()) { CommitsAcrossGaps = 2 });
            yield return Case("Time-outs alone give no right to vote", new Weakened(new TwoChainRules()) { Votes = (justify, locked, _, high) => justify >= locked || high is not null });
            yield return Case("Without time-outs the lock counts", new Weakened(new TwoChainRules()) { Votes = (_, _, _, _) => true });
            yield return Case("Who has given up a view does not vote in it", new TwoChainRules(), votesAfterGivingUp: true);

            static TestCaseData Case(string name, IChainRules rules, bool votesAfterGivingUp = false) =>
                new TestCaseData(rules, votesAfterGivingUp).SetName(name.Replace(' ', '_'));
        }
    }

    [TestCaseSource(nameof(Weak))]
    public void Weaker_rules_fork(object rules, bool votesAfterGivingUp)
    {
        for (var seed = 0UL; seed < 10 * Runs; seed++)
        {
            if (new Model((IChainRules)rules, seed) { VotesAfterGivingUp = votesAfterGivingUp }.Run())
            {
                Assert.Pass($"forks with seed {seed}");
            }
        }

        Assert.Fail("The adversary has not found the fork.");
    }

    private sealed record Weakened(IChainRules Rules) : IChainRules
    {
        public int CommitsAcrossGaps { get; init; }

        public Func<ViewNumber, ViewNumber, bool, ViewNumber?, bool>? Votes { get; init; }

        public int CommitNodes => Rules.CommitNodes;

        public bool MayVote(ViewNumber justify, ViewNumber locked, bool extendsLocked, ViewNumber? highestReported) =>
            Votes?.Invoke(justify, locked, extendsLocked, highestReported) ?? Rules.MayVote(justify, locked, extendsLocked, highestReported);

        public NodePlace LockedBy(Node certified) => Rules.LockedBy(certified);

        public Node? CommittedBy(Node certified, Func<Node, Node?> parentOf)
        {
            if (CommitsAcrossGaps == 0)
            {
                return Rules.CommittedBy(certified, parentOf);
            }

            Node? node = certified;
            for (var i = 1; i < CommitsAcrossGaps && node is not null; i++)
            {
                node = parentOf(node);
            }

            return node;
        }
    }

    private sealed class Model(IChainRules rules, ulong seed)
    {
        private const int Correct = 3;
        private const int Steps = 40;
        private const ulong ViewsMax = 14;

        private readonly DeterministicRandom _random = new(seed);
        private readonly Dictionary<Digest, Node> _nodes = new() { [Node.Genesis.Hash] = Node.Genesis };
        private readonly List<(Node Node, ViewNumber? Reported, int Voters)> _proposed = [];
        private readonly List<Node> _certified = [Node.Genesis];
        private readonly List<Node> _committed = [];
        private readonly Voter[] _voters = [new(), new(), new()];

        public bool VotesAfterGivingUp { get; init; }

        public int CommittedCount => _committed.Count;

        /// <summary>Returns whether the chain has forked.</summary>
        public bool Run()
        {
            for (var step = 0; step < Steps; step++)
            {
                switch (_random.NextBelow(8))
                {
                    case <= 3 when Propose():
                        Vote(_proposed.Count - 1);
                        break;
                    case 4:
                        GiveUp(_voters[_random.NextBelow(Correct)], new ViewNumber(1 + _random.NextBelow(ViewsMax)));
                        break;
                    case 5:
                        Learn(_voters[_random.NextBelow(Correct)], Pick(_certified));
                        break;
                    default:
                        if (_proposed.Count > 0)
                        {
                            Vote(_proposed.Count - 1 - (int)_random.NextBelow((ulong)Math.Min(3, _proposed.Count)));
                        }

                        break;
                }
            }

            return _committed.Any(one => _committed.Any(other => !Extends(one, other) && !Extends(other, one)));
        }

        private T Pick<T>(List<T> from)
        {
            // Rather one of the last.
            var last = from.Count - 1 - (int)_random.NextBelow((ulong)Math.Min(3, from.Count));
            return _random.NextBelow(4) == 0 ? from[(int)_random.NextBelow((ulong)from.Count)] : from[last];
        }

        private bool Propose()
        {
            var parent = Pick(_certified);
            var view = new ViewNumber(parent.View.Value + 1 + (_random.NextBelow(2) == 0 ? 0 : _random.NextBelow(4)));
            var reported = _random.NextBelow(2) == 0 ? ReportedFor(view) : null;
            if (view.Value > ViewsMax)
            {
                return false;
            }

            var votes = parent.View == ViewNumber.Zero ? NodeCertificate.Genesis : NodeCertificate.Of(new QuorumCertificate(
                new Statement(default, StatementKind.HotStuffVote, parent.View, SequenceNumber.Zero, parent.Hash), [new MemberSignature(new NodeId(1), default)]));
            var node = new Node(view, parent.Height.Next, votes, LeaderRecord.Empty, Blake3.Hash([(byte)_nodes.Count, (byte)_random.NextBelow(256)]));
            _nodes[node.Hash] = node;
            _proposed.Add((node, reported, 0));
            return true;
        }

        /// <summary>Two correct members, and the fourth, who names the lowest certificate there is.</summary>
        private ViewNumber? ReportedFor(ViewNumber view)
        {
            var reports = _voters.Where(voter => voter.Reports.ContainsKey(view.Value - 1)).Select(voter => voter.Reports[view.Value - 1]).Order().ToArray();
            return reports.Length >= 2 ? reports[1] : null;
        }

        private void GiveUp(Voter voter, ViewNumber last)
        {
            voter.Reports.TryAdd(last.Value, voter.High.View);
            if (!VotesAfterGivingUp && last > voter.Voted)
            {
                voter.Voted = last;
            }
        }

        private void Learn(Voter voter, Node certified)
        {
            if (certified.View > voter.High.View)
            {
                voter.High = certified;
                var locked = rules.LockedBy(certified);
                voter.Locked = locked.View > voter.Locked.View ? locked : voter.Locked;
            }
        }

        /// <summary>Some of the correct members hear of a proposal.</summary>
        private void Vote(int place)
        {
            var hearing = 1 + _random.NextBelow(7);
            for (var index = 0; index < Correct; index++)
            {
                if ((hearing & (1UL << index)) != 0)
                {
                    Vote(place, index);
                }
            }
        }

        private void Vote(int place, int index)
        {
            var (node, reported, voters) = _proposed[place];
            var voter = _voters[index];
            Learn(voter, ParentOf(node));
            if (node.View <= voter.Voted || !rules.MayVote(node.Justify.View, voter.Locked.View, Extends(node, _nodes[voter.Locked.Hash]), reported))
            {
                return;
            }

            voter.Voted = node.View;
            voters |= 1 << index;
            _proposed[place] = (node, reported, voters);
            if (System.Numerics.BitOperations.PopCount((uint)voters) == 2)
            {
                _certified.Add(node);
                if (rules.CommittedBy(node, child => child.Height == SequenceNumber.Zero ? null : ParentOf(child)) is { } committed)
                {
                    _committed.Add(committed);
                }
            }
        }

        private Node ParentOf(Node node) => _nodes[node.Justify.Hash];

        private bool Extends(Node node, Node ancestor)
        {
            while (node.Height > ancestor.Height)
            {
                node = ParentOf(node);
            }

            return node.Hash == ancestor.Hash;
        }

        private sealed class Voter
        {
            public Dictionary<ulong, ViewNumber> Reports { get; } = [];

            public ViewNumber Voted { get; set; }

            public Node High { get; set; } = Node.Genesis;

            public NodePlace Locked { get; set; } = Node.Genesis.Place;
        }
    }
}
