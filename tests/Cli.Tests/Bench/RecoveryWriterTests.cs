using System.Text;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Cli.Bench;
using Consensus.Cli.Tests.Client;
using Consensus.Client;
using Consensus.Replication;
using Consensus.Replication.KeyValue;

namespace Consensus.Cli.Tests.Bench;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RecoveryWriterTests
{
    private readonly LocalConsensus _group = ApiNode.CreateGroup();
    private readonly CancellationTokenSource _stop = new();
    private ApiNode _node = null!;
    private ConsensusClient _client = null!;
    private RecoveryWriter _writer = null!;

    [SetUp]
    public async Task StartNode()
    {
        _node = await ApiNode.StartAsync(_group);
        var options = new ConsensusClientOptions();
        options.Endpoints.Add(new Uri(_node.Endpoint));
        _client = new ConsensusClient(options);
        _writer = new RecoveryWriter(_client.KeyValue);
    }

    [TearDown]
    public async Task StopNode()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
        _stop.Dispose();
    }

    [Test]
    public async Task What_was_acknowledged_and_is_there_is_not_lost()
    {
        await WriteAsync(20);

        Assert.That(_writer.Acknowledged, Is.GreaterThanOrEqualTo(20));
        Assert.That(await _writer.CountLostAsync(default), Is.Zero);
    }

    [Test]
    public async Task A_missing_and_a_changed_value_are_lost()
    {
        await WriteAsync(20);
        var store = new KeyValueStore(_group, MachineId.KeyValue);
        await store.DeleteAsync(Encoding.UTF8.GetBytes("recovery-3"));
        await store.PutAsync(Encoding.UTF8.GetBytes("recovery-7"), new byte[3]);

        Assert.That(await _writer.CountLostAsync(default), Is.EqualTo(2));
    }

    // Its acknowledgement may come from the leader that is gone.
    [Test]
    public async Task A_write_that_was_under_way_at_the_moment_does_not_count_as_the_next_one()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _node.Intercept = async (context, next) =>
        {
            if (context.Request.Path.Value!.EndsWith("/recovery-0", StringComparison.Ordinal))
            {
                arrived.SetResult();
                await held.Task;
            }

            await next(context);
        };
        var writing = _writer.RunAsync(_stop.Token);
        await arrived.Task;
        var moment = TimeProvider.System.GetTimestamp();
        var next = _writer.WaitForAsync(moment, count: 1);
        held.SetResult();

        Assert.That(await next, Is.GreaterThan(moment));
        Assert.That(_writer.Acknowledged, Is.GreaterThanOrEqualTo(2), "the one under way, and the next");
        await _stop.CancelAsync();
        await writing;
    }

    private async Task WriteAsync(int count)
    {
        var reached = _writer.WaitForAsync(begunFrom: 0, count);
        var writing = _writer.RunAsync(_stop.Token);
        await reached;
        await _stop.CancelAsync();
        await writing;
    }
}
