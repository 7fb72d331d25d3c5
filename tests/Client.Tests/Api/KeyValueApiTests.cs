using System.Text;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Client.KeyValue;
using Consensus.Client.Tests.Support;
using Consensus.Replication;

namespace Consensus.Client.Tests.Api;

/// <summary>The client against the API as it is, over a group without a protocol.</summary>
public sealed class KeyValueApiTests
{
    private LocalConsensus _group = null!;
    private ApiNode _node = null!;
    private ConsensusClient _client = null!;

    [SetUp]
    public async Task Start()
    {
        _group = new LocalConsensus(new CompositeStateMachine([new HostedMachine(MachineId.KeyValue, new Replication.KeyValue.KeyValueStateMachine())]));
        _node = await ApiNode.StartAsync(_group);
        _client = _node.CreateClient();
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    [TestCase("plain")]
    [TestCase("a/b//c/")]
    [TestCase("..")]
    [TestCase(".")]
    [TestCase("a/../b")]
    [TestCase("%2F")]
    [TestCase("?x=1#y&z+ ")]
    [TestCase("你好")]
    [TestCase("\0")]
    public Task Every_key_reaches_the_group_as_it_is(string key) => RoundTripAsync(Encoding.UTF8.GetBytes(key));

    [Test]
    public async Task Every_byte_may_be_in_a_key_and_in_a_value()
    {
        await RoundTripAsync([.. Enumerable.Range(0, 256).Select(value => (byte)value)]);
        await RoundTripAsync([.. Enumerable.Range(1, 255).Select(value => (byte)value)]);
    }

    [Test]
    public async Task A_write_waits_for_what_it_is_asked_to_if_the_group_can_give_it()
    {
        var certified = new ProposeOptions(WaitFor: CommitLevel.Certified);
        var refused = await _client.KeyValue.PutAsync(Bytes("."), Bytes("v"), certified);
        _group.Guarantees |= ConsensusGuarantees.Certifying;
        var put = await _client.KeyValue.PutAsync(Bytes("."), Bytes("v"), certified);

        Assert.That((refused.Status, refused.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSupported)));
        Assert.That(refused.Detail, Does.Contain("cannot give what 'wait_for' asks for"));
        Assert.That((put.IsApplied, put.Existed, _group.LastWaitFor), Is.EqualTo((true, false, CommitLevel.Certified)));
    }

    [Test]
    public async Task A_key_without_a_value_is_an_answer()
    {
        var get = await _client.KeyValue.GetAsync(Bytes("nothing"), ReadConsistency.Stale);
        var delete = await _client.KeyValue.DeleteAsync(Bytes("nothing"));

        Assert.That((get.IsAnswered, get.IsFound, get.Refusal), Is.EqualTo((true, false, RefusalReason.None)));
        Assert.That((delete.IsApplied, delete.Existed), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_swap_is_applied_or_rejected_with_the_version_that_is_there()
    {
        byte[] odd = [255, 0, 1];
        var created = await _client.KeyValue.CompareAndSwapAsync(Bytes("k"), default(ReadOnlyMemory<byte>?), odd);
        var failed = await _client.KeyValue.CompareAndSwapAsync(Bytes("k"), Bytes(""), Bytes("x"));
        var removed = await _client.KeyValue.CompareAndSwapAsync(Bytes("k"), odd, default(ReadOnlyMemory<byte>?));

        Assert.That((created.IsApplied, failed.Status, failed.Rejection, failed.Version), Is.EqualTo((true, ProposeStatus.Rejected, KeyValueRejection.ComparisonFailed, created.Version)));
        Assert.That((removed.IsApplied, removed.Existed, removed.Version), Is.EqualTo((true, true, LogIndex.Zero)));
    }

    [Test]
    public async Task A_value_that_is_too_long_is_rejected_or_refused()
    {
        var put = await _client.KeyValue.PutAsync(Bytes("k"), new byte[Replication.KeyValue.KeyValueLimits.ValueBytesMax + 1]);

        Assert.That(put.IsApplied, Is.False);
        Assert.That(put.Status, Is.Not.EqualTo(ProposeStatus.Unknown));
    }

    [Test]
    public async Task Entries_are_listed_page_by_page()
    {
        for (var i = 0; i < 25; i++)
        {
            await _client.KeyValue.PutAsync(Bytes($"k{i:00}"), Bytes($"{i}"));
        }

        var pages = new List<ScanResult>();
        await foreach (var page in _client.KeyValue.ScanPagesAsync(Bytes("k"), pageSize: 10, after: Bytes("k02")))
        {
            pages.Add(page);
        }

        Assert.That(pages.Select(page => page.Entries.Count), Is.EqualTo([10, 10, 2]));
        Assert.That(pages.SelectMany(page => page.Entries).Select(entry => Encoding.UTF8.GetString(entry.Value.Span)), Is.EqualTo(Enumerable.Range(3, 22).Select(i => $"{i}")));
    }

    [Test]
    public async Task A_limit_that_the_node_does_not_allow_is_an_error_that_says_so() => await Assert.ThatAsync(
        async () => await _client.KeyValue.ScanAsync(default, limit: 100_000), Throws.TypeOf<ConsensusException>().With.Message.Contains("limit"));

    [Test]
    public async Task Many_writes_at_once_take_effect_once_each()
    {
        var writes = Enumerable.Range(0, 200).Select(async i => (await _client.KeyValue.PutAsync(Bytes($"{i}"), Bytes($"{i}"))).IsApplied);

        Assert.That(await Task.WhenAll(writes), Has.All.True);
    }

    [Test]
    public void The_client_knows_the_machines_limits_and_rejections()
    {
        Assert.That(KeyPath.KeyBytesMax, Is.EqualTo(Replication.KeyValue.KeyValueLimits.KeyBytesMax));
        Assert.That(Enum.GetNames<KeyValueRejection>().Except([nameof(KeyValueRejection.Other)], StringComparer.Ordinal), Is.EqualTo(Enum.GetNames<Replication.KeyValue.KeyValueRejection>()));
    }

    private async Task RoundTripAsync(byte[] bytes)
    {
        var put = await _client.KeyValue.PutAsync(bytes, bytes);
        var get = await _client.KeyValue.GetAsync(bytes);
        var scan = await _client.KeyValue.ScanAsync(bytes);
        var delete = await _client.KeyValue.DeleteAsync(bytes);

        Assert.That(put.IsApplied, Is.True, put.Detail);
        Assert.That((get.IsFound, get.Version, get.Value.ToArray()), Is.EqualTo((true, put.Version, bytes)));
        Assert.That(get.Index, Is.EqualTo(put.Index));
        Assert.That((scan.Entries.Single().Key.ToArray(), scan.Entries[0].Value.ToArray()), Is.EqualTo((bytes, bytes)));
        Assert.That((delete.IsApplied, delete.Existed), Is.EqualTo((true, true)));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
