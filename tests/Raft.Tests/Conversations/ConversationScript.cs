using System.Globalization;
using System.Text;
using Consensus.Engine;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Tests.Conversations;

/// <summary>
/// Runs a conversation: lines that begin with <c>&gt;</c> are commands, the lines after each are what is expected to happen, lines that
/// begin with <c>#</c> and blank lines are for people. See the README beside the conversations for the commands.
/// </summary>
internal sealed class ConversationScript : IDisposable
{
    private ConversationCluster? _cluster;

    private ConversationCluster Cluster => _cluster ?? throw new AssertionException("A conversation begins with the command cluster.");

    /// <summary>Runs a conversation.</summary>
    /// <returns>The same text, with what did happen after each command.</returns>
    public string Run(string conversation)
    {
        var result = new StringBuilder();
        foreach (var line in conversation.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                result.Append(line).Append('\n');
                var words = line[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var isQuiet = words[0] == "quietly";
                Do(isQuiet ? words[1..] : words);
                var happened = Cluster.TakeHappened();
                result.Append(isQuiet ? "" : happened);
            }
            else if (line.Length == 0 || line[0] == '#')
            {
                result.Append(line).Append('\n');
            }
        }

        return result.ToString();
    }

    public void Dispose() => _cluster?.Dispose();

    private static NodeId Node(string text) => new(uint.Parse(text, CultureInfo.InvariantCulture));

    private static (NodeId From, NodeId To) Link(string text)
    {
        var ends = text.Split('→');
        return (Node(ends[0]), Node(ends[1]));
    }

    private static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(int.Parse(text.Replace("ms", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));

    private void Do(string[] words)
    {
        var arguments = words[1..];
        switch (words[0])
        {
            case "cluster":
                Dispose();
                _cluster = Begin(arguments);
                break;
            case "node":
                Cluster.AddNode(Node(arguments[0]), ClusterMembership.Empty);
                break;
            case "elect":
                Elect(Node(arguments[0]));
                break;
            case "campaign":
                Campaign(Node(arguments[0]));
                break;
            case "timeout":
                Cluster.TimeOut(Node(arguments[0]));
                break;
            case "elapse":
                foreach (var id in arguments[..^1])
                {
                    Cluster.Elapse(Node(id), Milliseconds(arguments[^1]));
                }

                break;
            case "deliver" when arguments.Length == 0:
                Cluster.DeliverAll();
                break;
            case "deliver":
                Deliver(Link(arguments[0]), arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : int.MaxValue);
                break;
            case "drop" when arguments.Length == 0:
                foreach (var (from, to) in Cluster.Links)
                {
                    Cluster.Drop(from, to, int.MaxValue);
                }

                break;
            case "drop":
                Cluster.Drop(Link(arguments[0]).From, Link(arguments[0]).To, arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : int.MaxValue);
                break;
            case "duplicate":
                Cluster.Duplicate(Link(arguments[0]).From, Link(arguments[0]).To);
                break;
            case "delay":
                Cluster.Delay(Link(arguments[0]).From, Link(arguments[0]).To);
                break;
            case "stand":
                Cluster.Inject(Link(arguments[0]), Request(arguments[1], arguments[2], isTransfer: arguments.Length > 3));
                break;
            case "announce":
                Announce(Link(arguments[0]), [.. arguments[1..].Select(number => ulong.Parse(number, CultureInfo.InvariantCulture))]);
                break;
            case "cut":
                Cluster.Cut(Link(arguments[0]).From, Link(arguments[0]).To);
                break;
            case "isolate":
                Isolate(Node(arguments[0]));
                break;
            case "partition":
                Partition([.. arguments[0].Split(',').Select(Node)], [.. arguments[1].Split(',').Select(Node)]);
                break;
            case "heal":
                Cluster.Heal();
                break;
            case "propose":
                foreach (var command in arguments[1..])
                {
                    Cluster.Propose(Node(arguments[0]), command);
                }

                break;
            case "read":
                Cluster.Take(Node(arguments[0]), new ReadRequested(new Ticket(Cluster.NextTicket())));
                break;
            case "change":
                Cluster.Take(Node(arguments[0]), new MembershipChangeRequested(new Ticket(Cluster.NextTicket()), Change(arguments[1..]), new Timestamp(1)));
                break;
            case "transfer":
                Cluster.Take(Node(arguments[0]), new TransferRequested(new Ticket(Cluster.NextTicket()), Node(arguments[1])));
                break;
            case "disconnect":
                Cluster.Take(Node(arguments[0]), new PeerConnectionChanged(Node(arguments[1]), IsConnected: false));
                break;
            case "hold-flush":
                Cluster.HoldFlushes(Node(arguments[0]));
                break;
            case "flush":
                Cluster.Flush(Node(arguments[0]));
                break;
            case "release-flush":
                Cluster.ReleaseFlushes(Node(arguments[0]));
                break;
            case "disk-full":
                Cluster.SetSpace(Node(arguments[0]), hasSpace: false);
                break;
            case "disk-space":
                Cluster.SetSpace(Node(arguments[0]), hasSpace: true);
                break;
            case "corrupt":
                Cluster[Node(arguments[0])].State.Corrupt();
                break;
            case "damage-snapshot":
                Cluster.DamageSnapshot(Node(arguments[0]));
                break;
            case "history":
                Cluster.Begin(Node(arguments[0]), [.. arguments[1..].Select(term => new Term(ulong.Parse(term, CultureInfo.InvariantCulture)))]);
                break;
            case "crash":
                Cluster.Crash(Node(arguments[0]), recordsKept: arguments.Length > 1 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 0);
                break;
            case "restart":
                Cluster.Start(Node(arguments[0]));
                break;
            case "status":
                Cluster.DescribeStatus();
                break;
            case "members":
                Cluster.DescribeMembers();
                break;
            case "log":
                Cluster.DescribeLog(Node(arguments[0]));
                break;
            default:
                throw new AssertionException($"There is no command '{words[0]}'.");
        }
    }

    private static ConversationCluster Begin(string[] arguments)
    {
        // News of the commit index at once, so that a conversation shows what leads to what; notice=MILLISECONDS lets it wait.
        var options = new RaftOptions { TrailingEntries = 0, CommitNoticeDelay = TimeSpan.Zero };
        var snapshots = SnapshotPolicy.Default;
        foreach (var setting in arguments[1..])
        {
            var (name, value) = (setting.Split('=')[0], setting.Split('=')[1]);
            var number = int.TryParse(value, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            switch (name)
            {
                case "snapshot-every":
                    snapshots = snapshots with { EntriesBetween = number };
                    break;
                case "trailing":
                    options = options with { TrailingEntries = number };
                    break;
                case "notice":
                    options = options with { CommitNoticeDelay = TimeSpan.FromMilliseconds(number) };
                    break;
                case "inflight":
                    options = options with { InflightMessagesMax = number };
                    break;
                case "append-bytes":
                    options = options with { AppendBytesMax = number };
                    break;
                case "chunk-bytes":
                    options = options with { SnapshotChunkBytes = number };
                    break;
                case "uncommitted-bytes":
                    options = options with { UncommittedBytesMax = number, AppendBytesMax = Math.Min(number, options.AppendBytesMax) };
                    break;
                case "reads":
                    options = options with { Reads = Enum.Parse<ReadMode>(value, ignoreCase: true) };
                    break;
                default:
                    throw new AssertionException($"There is no setting '{name}'.");
            }
        }

        return new ConversationCluster(int.Parse(arguments[0], CultureInfo.InvariantCulture), options, snapshots);
    }

    private static MembershipChange Change(string[] steps)
    {
        var change = MembershipChange.None;
        for (var i = 0; i < steps.Length; i += 2)
        {
            if (steps[i] == "expecting")
            {
                change = change.Expecting(new LogIndex(ulong.Parse(steps[i + 1], CultureInfo.InvariantCulture)));
                continue;
            }

            var id = Node(steps[i + 1]);
            var address = ConversationCluster.AddressOf(id);
            change = steps[i] switch
            {
                "add" => change.AddVoter(id, address),
                "add-learner" => change.AddLearner(id, address),
                "promote" => change.Promote(id),
                "remove" => change.Remove(id),
                "move" => change.Move(id, $"{address}-moved"),
                _ => throw new AssertionException($"There is no membership step '{steps[i]}'."),
            };
        }

        return change;
    }

    private static VoteRequest Request(string term, string last, bool isTransfer)
    {
        var numbers = last.Split('/').Append(term).Select(number => ulong.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return new VoteRequest(Lsn.Zero, new Term(numbers[2]), new LogIndex(numbers[0]), new Term(numbers[1]), isTransfer);
    }

    private void Announce((NodeId From, NodeId To) link, ulong[] numbers)
    {
        var previous = Cluster[link.To].Core.Log.PositionOf(new LogIndex(numbers[1]));
        Cluster.Inject(link, new AppendRequest(new Term(numbers[0]), previous, new LogIndex(numbers[2]), default));
    }

    private void Deliver((NodeId From, NodeId To) link, int count)
    {
        for (; count > 0 && Cluster.DeliverOne(link.From, link.To); count--)
        {
        }
    }

    private void Campaign(NodeId id)
    {
        for (var left = 100; Cluster[id].Status.Role is not (ReplicaRole.PreCandidate or ReplicaRole.Candidate or ReplicaRole.Leader) || left == 100; left--)
        {
            Assert.That(left, Is.GreaterThan(0), $"node {id} campaigns");
            Cluster.TimeOut(id);
        }
    }

    // A node that was away may need an attempt to learn the term, and another one to win.
    private void Elect(NodeId id)
    {
        for (var left = 3; Cluster[id].Status.Role != ReplicaRole.Leader; left--)
        {
            Assert.That(left, Is.GreaterThan(0), $"node {id} wins");
            Campaign(id);
            Cluster.DeliverAll();
        }
    }

    private void Isolate(NodeId id) => Partition([id], [.. Cluster.Nodes.Where(other => other != id)]);

    // What was under way between the two sides is lost.
    private void Partition(NodeId[] side, NodeId[] otherSide)
    {
        foreach (var one in side)
        {
            foreach (var other in otherSide)
            {
                Cluster.Cut(one, other);
                Cluster.Cut(other, one);
                Cluster.Drop(one, other, int.MaxValue);
                Cluster.Drop(other, one, int.MaxValue);
            }
        }
    }
}
