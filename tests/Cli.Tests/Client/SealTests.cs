using System.Collections.Immutable;
using System.Text;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Cli.Setup;
using Consensus.Cli.Tests.Support;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;

namespace Consensus.Cli.Tests.Client;

/// <summary><c>consensus seal</c> over the API of nodes that say what the test wants: which order is made, and at whom.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SealTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _operator;
    private readonly string[] _keys;
    private readonly Ed25519SigningKey _operatorSigner;
    private readonly Ed25519SigningKey[] _signers;
    private EpochHistory _history;
    private Func<byte[]> _told;

    public SealTests()
    {
        _operator = SigningKeys.Generate(_folder.File("operator.key")).PublicKey;
        _keys = [.. Enumerable.Range(0, 7).Select(i => SigningKeys.Generate(_folder.File($"{i}.key")).PublicKey)];
        var ed25519 = Ed25519.Load();
        _operatorSigner = ed25519.ImportPem(File.ReadAllBytes(_folder.File("operator.key")));
        _signers = [.. Enumerable.Range(0, 5).Select(i => ed25519.ImportPem(File.ReadAllBytes(_folder.File($"{i}.key"))))];
        _history = HistoryUpTo(new NextEpoch(EpochProtocol.Pbft));
        _told = () => EpochHistoryDocument.ToUtf8(_history);
    }

    public void Dispose()
    {
        Array.ForEach(_signers, static signer => signer.Dispose());
        _operatorSigner.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task The_order_lists_all_members_and_goes_to_a_node_that_belongs_to_the_group()
    {
        var (gone, leaving, staying) = (Node(9), Node(1), Node(2));
        gone.Status = gone.Status with { Role = ReplicaRole.Learner, Leader = NodeId.None };
        leaving.Ordered = () =>
        {
            leaving.Status = leaving.Status with { Epoch = new Epoch(4), Role = ReplicaRole.Learner, Leader = NodeId.None };
            staying.Status = staying.Status with { Epoch = new Epoch(4), Leader = new NodeId(3) };
        };

        var run = await SealAsync([gone, leaving, staying], "--add", $"5=node-5:7000={_keys[5]}", "--remove", "1", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        Assert.That((gone.LastOrder, staying.LastOrder), Is.EqualTo(((ReadOnlyMemory<byte>?)null, (ReadOnlyMemory<byte>?)null)));
        var order = SealOrder.TryRead(leaving.LastOrder!.Value)!;
        Assert.That((order.Ends, order.Next.Protocol, $"{order.Operator}"), Is.EqualTo((leaving.Status.RunningEpoch!.Id, EpochProtocol.Pbft, _operator)));
        Assert.That(order.Next.Members!.Members, Is.EqualTo(new uint[] { 2, 3, 4, 5 }.Select(id => new EpochMember(new NodeId(id), PublicKey.Parse(_keys[id]), $"node-{id}:7000"))));
        Assert.That(run.Output, Does.Contain("\"epoch\":4").And.Contain("\"leader\":3"));
    }

    [Test]
    public async Task An_order_for_another_engine_lists_nobody_and_both_may_change_at_once()
    {
        var node = Node(1);
        node.Ordered = () => node.Status = node.Status with { Epoch = node.Status.Epoch.Next };

        var engine = await SealAsync([node], "--to", "hotstuff");
        var first = SealOrder.TryRead(node.LastOrder!.Value)!;
        var both = await SealAsync([node], "--to", "raft", "--add", $"5=node-5:7000={_keys[5]}", "--add", $"6=node-6:7000={_keys[6]}");
        var second = SealOrder.TryRead(node.LastOrder!.Value)!;

        Assert.That((engine.ExitCode, both.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done)), engine.Error + both.Error);
        Assert.That((first.Next.Protocol, first.Next.Members), Is.EqualTo((EpochProtocol.HotStuff, (NextMembers?)null)));
        Assert.That((second.Next.Protocol, second.Next.Members!.Members.Length), Is.EqualTo((EpochProtocol.Raft, 6)));
    }

    [Test]
    public async Task What_is_set_stands_beside_what_was_set_before_and_the_engine_stays()
    {
        _history = HistoryUpTo(new NextEpoch(EpochProtocol.Pbft) { Settings = new EpochSettings { CheckpointBlocks = 16, ViewTimeout = TimeSpan.FromMilliseconds(250), HotStuffRules = HotStuff.HotStuffRuleSet.TwoChain } });
        var node = Node(1);
        node.Ordered = () => node.Status = node.Status with { Epoch = node.Status.Epoch.Next };

        var run = await SealAsync([node], "--set", "windowblocks=512", "--set", "HotStuff:TermViews=64", "--unset", "ViewTimeout", "--rule", "ReturnsAlone=true");
        var order = SealOrder.TryRead(node.LastOrder!.Value)!;

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        Assert.That(order.Next, Is.EqualTo(new NextEpoch(EpochProtocol.Pbft)
        {
            Settings = new EpochSettings { CheckpointBlocks = 16, WindowBlocks = 512, HotStuffRules = HotStuff.HotStuffRuleSet.TwoChain, TermViews = 64 },
            Rules = new EpochRules { EscalationTarget = EpochProtocol.HotStuff, ReturnsAlone = true },
        }));
        Assert.That(run.Error, Does.Contain("asking for pbft, with CheckpointBlocks=16, HotStuff:Rules=TwoChain, HotStuff:TermViews=64, WindowBlocks=512, with EscalatesForCommands=false, EscalationTarget=HotStuff, ReturnsAlone=true."));
    }

    [Test]
    public async Task Operators_come_and_go_also_whoever_orders_it_and_all_that_count_from_then_on_are_told()
    {
        var node = Node(1);
        node.Ordered = () => node.Status = node.Status with { Epoch = node.Status.Epoch.Next };

        var added = await SealAsync([node], "--add-operator", _keys[5]);
        var both = SealOrder.TryRead(node.LastOrder!.Value)!.Next;
        var exchanged = await SealAsync([node], "--to", "hotstuff", "--add-operator", _keys[5], "--remove-operator", _operator);
        var one = SealOrder.TryRead(node.LastOrder!.Value)!.Next;

        Assert.That((added.ExitCode, exchanged.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done)), added.Error + exchanged.Error);
        Assert.That(both, Is.EqualTo(new NextEpoch(EpochProtocol.Pbft) { Operators = NextOperators.Of([PublicKey.Parse(_operator), PublicKey.Parse(_keys[5])]) }));
        Assert.That(one, Is.EqualTo(new NextEpoch(EpochProtocol.HotStuff) { Operators = NextOperators.Of([PublicKey.Parse(_keys[5])]) }));
        Assert.That(exchanged.Error, Does.Contain($"asking for hotstuff, at the word of {_keys[5]}."));
    }

    [Test]
    public async Task A_node_that_tells_what_does_not_fit_together_or_is_of_another_version_is_not_believed()
    {
        var node = Node(1);
        var truth = Encoding.UTF8.GetString(_told());
        string[] lies =
        [
            truth.Replace("consensus-epochs-2", "consensus-epochs-9", StringComparison.Ordinal),
            truth.Replace(_operator, _keys[5], StringComparison.Ordinal),
            truth.Replace("\"ReturnsAlone\": \"false\"", "\"ReturnsAlone\": \"true\"", StringComparison.Ordinal),
            truth[..^20],
        ];

        foreach (var lie in lies)
        {
            Assert.That(lie, Is.Not.EqualTo(truth));
            _told = () => Encoding.UTF8.GetBytes(lie);
            var run = await SealAsync([node], "--remove-operator", _operator, "--add-operator", _keys[6]);

            Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed), run.Error);
            Assert.That(run.Error, Does.Contain("What node 1 tells of the group's epochs does not fit together, or is of another version: "));
        }

        Assert.That(node.LastOrder, Is.Null);
    }

    [Test]
    public async Task A_node_that_runs_another_epoch_than_the_newest_that_it_tells_is_not_believed()
    {
        var node = Node(1);
        _history = HistoryUpTo(new NextEpoch(EpochProtocol.Pbft) { Settings = new EpochSettings { TermViews = 8 } });

        var run = await SealAsync([node], "--to", "raft");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed), run.Error);
        Assert.That(run.Error, Does.Contain($"Node 1 says that {node.Status.RunningEpoch!.Id} runs, epoch 3, and that the newest epoch is {_history.Newest.Id}, epoch 3."));
        Assert.That(node.LastOrder, Is.Null);
    }

    [TestCase("Nothing is to change; allowed: --to, for another engine, --add and --remove, for other members, --set and --unset, for settings, --rule, --add-operator and --remove-operator; or several of them.")]
    [TestCase("--add has 2 parts; allowed: ID=ADDRESS=KEY", "--add", "5=node-5:7000")]
    [TestCase("--add is for node '0'; allowed: ID=ADDRESS=KEY", "--add", "0=node-5:7000={key5}")]
    [TestCase("--add is for node 'five'; allowed: ID=ADDRESS=KEY", "--add", "five=node-5:7000={key5}")]
    [TestCase("--add has the address 'node-5' for node 5; allowed: host:port", "--add", "5=node-5={key5}")]
    [TestCase("--add has a text of 6 characters for node 5 that is no public key; allowed: 64 hexadecimal digits", "--add", "5=node-5:7000=secret")]
    [TestCase("--add names node 5 2 times; allowed: each node once.", "--add", "5=node-5:7000={key5}", "--add", "5=node-6:7000={key6}")]
    [TestCase("--add names node 4, which is a member; allowed: a number that no node of the group ever had. Members are 1, 2, 3, 4.", "--add", "4=node-5:7000={key5}")]
    [TestCase("--remove is 9; allowed: the number of a member, which are 1, 2, 3, 4.", "--remove", "9")]
    [TestCase("--remove is 0; allowed: the number of a member, which are 1, 2, 3, 4.", "--remove", "0")]
    [TestCase("Nothing was sent. ", "--remove", "4")]
    [TestCase("at least 4 members are needed; 3 are listed.", "--remove", "4")]
    [TestCase("Of the 4 members that are to follow 2 belong to epoch 3; at least 3 must", "--remove", "1", "--remove", "2", "--add", "5=node-5:7000={key5}", "--add", "6=node-6:7000={key6}")]
    [TestCase("Nodes 4, 5 have the same address node-4:7000; each needs its own.", "--add", "5=node-4:7000={key5}")]
    [TestCase("Nodes 4, 5 have the same public key", "--add", "5=node-5:7000={key4}")]
    [TestCase("The key of node 5 is an operator's; whoever orders must be no member.", "--add", "5=node-5:7000={operator}")]
    [TestCase("--set is 'WindowBlocks'; allowed: NAME=VALUE, with one of ViewTimeout, ViewTimeoutMax, CheckpointBlocks, WindowBlocks, BlockBytesMax, BatchBytesMax, CatchUpBytes, HotStuff:Rules, HotStuff:TermViews, HotStuff:PenaltyRotations, CheckpointEntries.", "--set", "WindowBlocks")]
    [TestCase("--set names 'CommandBytesMax', which no order changes; allowed: ViewTimeout, ", "--set", "CommandBytesMax=1")]
    [TestCase("--set WindowBlocks is 'many'; allowed: a number.", "--set", "WindowBlocks=many")]
    [TestCase("--set ViewTimeout is '5'; allowed: a duration, such as 500ms.", "--set", "ViewTimeout=5")]
    [TestCase("--set HotStuff:Rules is '1'; allowed: ThreeChain or TwoChain.", "--set", "HotStuff:Rules=1")]
    [TestCase("WindowBlocks is named 2 times; allowed: once.", "--set", "WindowBlocks=8", "--unset", "WindowBlocks")]
    [TestCase("--unset names 'Windows', which no order changes; allowed: ViewTimeout, ", "--unset", "Windows")]
    [TestCase("Nothing was sent. WindowBlocks is 8; allowed: at least twice CheckpointBlocks (5), at most 65,536.", "--set", "WindowBlocks=8", "--set", "CheckpointBlocks=5")]
    [TestCase("Nothing is to change: epoch 3 has all that already.", "--unset", "WindowBlocks")]
    [TestCase("--rule names 'Returns', which no order changes; allowed: EscalationTarget, EscalatesForCommands, ReturnsAlone.", "--rule", "Returns=true")]
    [TestCase("--rule ReturnsAlone is 'perhaps'; allowed: true or false.", "--rule", "ReturnsAlone=perhaps")]
    [TestCase("--rule EscalationTarget is 'raft'; allowed: Pbft or HotStuff.", "--rule", "EscalationTarget=raft")]
    [TestCase("--add-operator is a text of 6 characters that is no public key; allowed: 64 hexadecimal digits", "--add-operator", "secret")]
    [TestCase("which is an operator's already.", "--add-operator", "{operator}")]
    [TestCase("--remove-operator is {key5}; allowed: the key of an operator, which are {operator}.", "--remove-operator", "{key5}")]
    [TestCase("0 keys of operators are listed; allowed: 1 to 64", "--remove-operator", "{operator}")]
    [TestCase("The key of node 2 is an operator's; whoever orders must be no member.", "--add-operator", "{key2}")]
    public async Task What_cannot_be_is_refused_and_nothing_is_sent(string sentence, params string[] change)
    {
        var node = Node(1);

        var run = await SealAsync([node], [.. change.Select(Fill)]);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Error);
        Assert.That(run.Error, Does.Contain(Fill(sentence)).And.Not.Contain("secret"));
        Assert.That(node.LastOrder, Is.Null);
    }

    [Test]
    public async Task Where_members_are_that_no_order_has_listed_the_node_must_tell()
    {
        var node = Node(1);
        node.Status = node.Status with { Membership = new ClusterMembership([.. node.Status.Membership.Members.Where(member => member.Id != new NodeId(2))], []) };

        var run = await SealAsync([node], "--remove", "4");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed), run.Error);
        Assert.That(run.Error, Does.Contain("Node 1 does not tell where node 2 is, which belongs to epoch 3."));
        Assert.That(node.LastOrder, Is.Null);
    }

    [Test]
    public async Task What_an_order_has_listed_is_not_asked_for()
    {
        _history = HistoryUpTo(new NextEpoch(EpochProtocol.Pbft) { Members = NextMembers.Of(Enumerable.Range(1, 4).Select(id => new EpochMember(new NodeId((uint)id), PublicKey.Parse(_keys[id]), $"there-{id}:7000"))) });
        var node = Node(1);
        node.Ordered = () => node.Status = node.Status with { Epoch = node.Status.Epoch.Next };

        var run = await SealAsync([node], "--add", $"5=node-5:7000={_keys[5]}");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        Assert.That(SealOrder.TryRead(node.LastOrder!.Value)!.Next.Members!.Members.Select(member => member.Address), Is.EqualTo(new[] { "there-1:7000", "there-2:7000", "there-3:7000", "there-4:7000", "node-5:7000" }));
        Assert.That(run.Error, Does.Contain("with nodes 1 at there-1:7000, 2 at there-2:7000"));
    }

    private string Fill(string text) => _keys.Index().Aggregate(text, (filled, key) => filled.Replace($"{{key{key.Index}}}", key.Item, StringComparison.Ordinal)).Replace("{operator}", _operator, StringComparison.Ordinal);

    /// <summary>A node as it is in epoch 3, which runs PBFT with nodes 1 to 4.</summary>
    private ScriptedConsensus Node(uint number)
    {
        var node = new ScriptedConsensus();
        var members = Enumerable.Range(1, 4).Select(id => new NodeId((uint)id)).ToArray();
        node.Status = node.Status with
        {
            Node = new NodeId(number),
            Algorithm = "hybrid",
            Epoch = new Epoch(3),
            RunningEpoch = new EpochStatus(_history.First.Cluster, _history.Newest.Id, "pbft"),
            Membership = new ClusterMembership([.. members.Select(id => new Member(id, $"node-{id}:7000"))], []),
        };
        return node;
    }

    /// <summary>Raft, PBFT and Raft, each certified by three of nodes 1 to 4, and then what is to be epoch 3.</summary>
    private EpochHistory HistoryUpTo(NextEpoch last)
    {
        var members = SignerSet.Create(Enumerable.Range(1, 4).Select(id => new MemberKey(new NodeId((uint)id), _signers[id].PublicKey)));
        var first = EpochDescriptor.First(new ClusterId(Guid.Parse("6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11")), EpochProtocol.Raft, members, [_operatorSigner.PublicKey], new EpochRules { EscalationTarget = EpochProtocol.HotStuff });
        var beginnings = ImmutableArray.CreateBuilder<HandoverCertificate>();
        var ends = first;
        foreach (var next in new[] { new NextEpoch(EpochProtocol.Pbft), new NextEpoch(EpochProtocol.Raft), last })
        {
            var start = new LogPosition(new LogIndex(10 * (ends.Number.Value + 1)), new Term(1), Blake3.Hash([(byte)ends.Number.Value]));
            var content = new HandoverContent(ends.By(SealOrder.Give(ends, next, _operatorSigner), start, new Timestamp(5)), Blake3.Hash("state"u8));
            var statement = new Statement(ends.Domain, StatementKind.Handover, default, content.Place, content.Hash);
            beginnings.Add(new HandoverCertificate(content, new QuorumCertificate(statement, [.. Enumerable.Range(1, 3).Select(id => new MemberSignature(new NodeId((uint)id), statement.Sign(_signers[id])))])));
            ends = content.Next;
        }

        return new EpochHistory(first, beginnings.ToImmutable());
    }

    private async Task<ToolRun> SealAsync(ScriptedConsensus[] groups, params string[] change)
    {
        var nodes = await Task.WhenAll(groups.Select(group => ApiNode.StartAsync(group)));
        foreach (var node in nodes)
        {
            node.Intercept = (context, next) => context.Request.Path == "/v1/epochs" ? context.Response.Body.WriteAsync(_told()).AsTask() : next(context);
        }

        try
        {
            return await ToolRun.OfAsync(["seal", .. change, "--operator-key", _folder.File("operator.key"), "--endpoint", string.Join(',', nodes.Select(node => node.Endpoint)), "--timeout", "20"]);
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }
}
