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
public sealed class SwitchWritersTests
{
    private readonly LocalConsensus _group = ApiNode.CreateGroup();
    private ApiNode _node = null!;
    private ConsensusClient _client = null!;
    private SwitchWriters _writers = null!;

    [SetUp]
    public async Task StartNode()
    {
        _node = await ApiNode.StartAsync(_group);
        var options = new ConsensusClientOptions();
        options.Endpoints.Add(new Uri(_node.Endpoint));
        _client = new ConsensusClient(options);
        _writers = new SwitchWriters(_client.KeyValue, clients: 3, valueSize: 16);
    }

    [TearDown]
    public async Task StopNode()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Test]
    public async Task What_was_acknowledged_and_is_there_is_neither_lost_nor_done_twice()
    {
        await WriteAsync(30);

        Assert.That(_writers.Acknowledged, Is.GreaterThanOrEqualTo(30).And.EqualTo(_writers.Moments.Count).And.EqualTo(_writers.Latencies.Count));
        Assert.That(_writers.Moments, Is.Ordered);
        Assert.That(await _writers.AuditAsync(default), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task What_is_missing_or_changed_is_lost_and_what_another_entry_has_set_was_done_twice()
    {
        await WriteAsync(30);
        var store = new KeyValueStore(_group, MachineId.KeyValue);
        await store.DeleteAsync("switch-0-0"u8.ToArray());
        await store.PutAsync("switch-1-0"u8.ToArray(), new byte[3]);
        var again = await store.GetAsync("switch-2-0"u8.ToArray());
        await store.PutAsync("switch-2-0"u8.ToArray(), again.Value);

        Assert.That(await _writers.AuditAsync(default), Is.EqualTo((2L, 1L)));
    }

    // Given at 100 and 200, measured until 300: gaps of others' do not count, those that reach into the time of the next order do up to there.
    [TestCase("10,20,90,130,140,260,270", 60, 60)]
    [TestCase("10,20,101,102,199,201,299", 97, 98)]
    [TestCase("10,90", 100, 100)]
    public void A_pause_is_the_longest_time_without_an_acknowledgement_between_two_orders(string moments, int first, int second)
    {
        var pauses = SwitchBench.Pauses([.. moments.Split(',').Select(Moment)], [Moment("100"), Moment("200")], Moment("300")).ToArray();

        Assert.That(pauses, Is.EqualTo(new[] { TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(second) }));
    }

    private static long Moment(string milliseconds) => long.Parse(milliseconds, System.Globalization.CultureInfo.InvariantCulture) * TimeProvider.System.TimestampFrequency / 1000;

    /// <summary>Each client's first write is among so many.</summary>
    private async Task WriteAsync(int count)
    {
        using var stop = new CancellationTokenSource();
        var writing = _writers.RunAsync(stop.Token);
        var store = new KeyValueStore(_group, MachineId.KeyValue);
        while (_writers.Acknowledged < count || !await HaveAllBegunAsync(store))
        {
            await Task.Delay(1);
        }

        await stop.CancelAsync();
        await writing;
    }

    private static async Task<bool> HaveAllBegunAsync(KeyValueStore store)
    {
        for (var client = 0; client < 3; client++)
        {
            if (!(await store.GetAsync(Encoding.UTF8.GetBytes($"switch-{client}-1"))).IsFound)
            {
                return false;
            }
        }

        return true;
    }
}
