using Consensus.Client.Tests.Support;
using static Consensus.Client.Tests.Support.ScriptedNodes;

namespace Consensus.Client.Tests.Calls;

/// <summary>Which node is asked first.</summary>
public sealed class LeaderTests
{
    private static readonly byte[] Key = "key"u8.ToArray();
    private static readonly string[] Names = ["a", "b", "c"];

    private ScriptedNodes _nodes = null!;
    private ConsensusClient _client = null!;
    private uint? _leader;

    [SetUp]
    public void Start()
    {
        _leader = 3;
        _nodes = new ScriptedNodes(Names);
        for (var number = 1U; number <= 3; number++)
        {
            Serve(number);
        }

        _client = _nodes.CreateClient(options => options.PreferLeader = true);
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        _nodes.Dispose();
    }

    [Test]
    public async Task Calls_go_to_the_leader_as_soon_as_it_is_known()
    {
        await _client.KeyValue.GetAsync(Key);
        await PutAsync();

        Assert.That(_nodes.Seen.Where(request => request.What != "GET /v1/status").Select(request => request.Node), Is.EqualTo(["a", "c"]));
    }

    [Test]
    public async Task The_leader_is_looked_for_no_more_often_than_asked_for()
    {
        for (var i = 0; i < 100; i++)
        {
            await PutAsync();
        }

        Assert.That(_nodes.Seen.Count(request => request.What == "GET /v1/status"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_new_leader_is_found_after_a_failure()
    {
        await PutAsync();
        _leader = 2;
        _nodes.On("c", Unreachable);
        await PutAsync();
        await PutAsync();

        Assert.That(Writes()[^1], Is.EqualTo("b"));
    }

    [Test]
    public async Task A_new_leader_is_found_without_a_failure_after_a_while()
    {
        await PutAsync();
        _leader = 2;
        _nodes.Time.Advance(TimeSpan.FromSeconds(5));
        await PutAsync();
        await PutAsync();

        Assert.That(Writes(), Is.EqualTo(["c", "c", "b"]));
    }

    [Test]
    public async Task Without_a_leader_the_node_that_answers_is_kept()
    {
        _leader = null;
        await PutAsync();
        await PutAsync();

        Assert.That(Writes(), Is.EqualTo(["a", "a"]));
    }

    [Test]
    public async Task A_node_that_talks_nonsense_about_itself_does_not_disturb_the_calls()
    {
        _nodes.On("a", request => request.What == "GET /v1/status" ? Document("[1]") : Wrote(1));

        Assert.That((await PutAsync()).IsApplied, Is.True);
        Assert.That((await PutAsync()).IsApplied, Is.True);
        Assert.That(Writes()[^1], Is.EqualTo("c"));
    }

    [Test]
    public async Task A_status_shows_the_node_and_its_group()
    {
        var answer = await _client.GetStatusAsync();

        Assert.That(answer.IsAnswered, Is.True);
        Assert.That((answer.Value!.Status.Node, answer.Value.Status.Leader, answer.Value.Status.TermOrView), Is.EqualTo((new NodeId(1), new NodeId(3), 3UL)));
    }

    private void Serve(uint number) =>
        _nodes.On(Names[number - 1], request => request.What == "GET /v1/status" ? StatusOf(number, _leader) : Wrote(1));

    private List<string> Writes() => [.. _nodes.Seen.Where(request => request.What.StartsWith("PUT", StringComparison.Ordinal)).Select(request => request.Node)];

    private async Task<WriteResult> PutAsync() => await _client.KeyValue.PutAsync(Key, Key);
}
