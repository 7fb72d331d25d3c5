using System.Text;
using Consensus.Replication.KeyValue;

namespace Consensus.Replication.Tests.KeyValue;

[TestFixture(0)]
[TestFixture(1)]
public sealed class KeyValueStoreTests(int machine)
{
    private DirectConsensus _consensus = null!;
    private KeyValueStore _store = null!;

    [SetUp]
    public void Start()
    {
        var id = new MachineId((byte)machine);
        IStateMachine hosted = new KeyValueStateMachine();
        _consensus = new DirectConsensus(id == MachineId.None ? hosted : new CompositeStateMachine([new HostedMachine(id, hosted)]));
        _store = new KeyValueStore(_consensus, id);
    }

    [Test]
    public async Task What_was_put_is_found_with_the_entry_that_put_it()
    {
        var put = await _store.PutAsync(B("key"), B("value"));
        Assert.That(put, Is.EqualTo(new WriteResult(ProposeStatus.Applied, RefusalReason.None, KeyValueRejection.None, new(1), false, new(1))));

        var found = await _store.GetAsync(B("key"));
        Assert.That(found.IsAnswered && found.IsFound);
        Assert.That(found.Version, Is.EqualTo(new LogIndex(1)));
        Assert.That(S(found.Value), Is.EqualTo("value"));

        put = await _store.PutAsync(B("key"), B(""));
        Assert.That(put.Existed);
        found = await _store.GetAsync(B("key"));
        Assert.That(found.IsFound && found.Value.IsEmpty, "an empty value is a value");
        Assert.That(found.Version, Is.EqualTo(new LogIndex(2)));
    }

    [Test]
    public async Task A_key_without_a_value_is_not_found()
    {
        var found = await _store.GetAsync(B("key"));

        Assert.That(found.IsAnswered);
        Assert.That(found.IsFound, Is.False);
        Assert.That(found.Version, Is.EqualTo(LogIndex.Zero));
    }

    [Test]
    public async Task A_delete_is_applied_whether_or_not_there_is_a_value()
    {
        await _store.PutAsync(B("key"), B("value"));

        var first = await _store.DeleteAsync(B("key"));
        var second = await _store.DeleteAsync(B("key"));

        Assert.That(first, Is.EqualTo(new WriteResult(ProposeStatus.Applied, RefusalReason.None, KeyValueRejection.None, new(2), true, LogIndex.Zero)));
        Assert.That(second, Is.EqualTo(new WriteResult(ProposeStatus.Applied, RefusalReason.None, KeyValueRejection.None, new(3), false, LogIndex.Zero)));
        Assert.That((await _store.GetAsync(B("key"))).IsFound, Is.False);
    }

    [TestCase(null, null, "new", true)]
    [TestCase(null, "", "new", false)]
    [TestCase("old", "old", "new", true)]
    [TestCase("old", "old", null, true)]
    [TestCase("old", "other", "new", false)]
    [TestCase("old", null, "new", false)]
    [TestCase("", null, "new", false)]
    [TestCase("", "", "new", true)]
    [TestCase(null, null, null, true)]
    public async Task A_swap_takes_place_if_the_value_is_as_expected(string? present, string? expected, string? replacement, bool isApplied)
    {
        if (present is not null)
        {
            await _store.PutAsync(B("key"), B(present));
        }

        var result = await _store.CompareAndSwapAsync(B("key"), N(expected), N(replacement));

        Assert.That(result.IsApplied, Is.EqualTo(isApplied));
        Assert.That(result.Existed, Is.EqualTo(present is not null));
        Assert.That(result.Rejection, Is.EqualTo(isApplied ? KeyValueRejection.None : KeyValueRejection.ComparisonFailed));
        var found = await _store.GetAsync(B("key"));
        Assert.That(found.IsFound ? S(found.Value) : null, Is.EqualTo(isApplied ? replacement : present));
        Assert.That(result.Version, Is.EqualTo(found.Version));
    }

    [Test]
    public async Task What_exceeds_a_limit_is_rejected_without_a_round_trip_and_by_the_machine_alike()
    {
        var longKey = new byte[KeyValueLimits.KeyBytesMax + 1];
        var longValue = new byte[KeyValueLimits.ValueBytesMax + 1];

        Assert.That((await _store.PutAsync(default, B("v"))).Rejection, Is.EqualTo(KeyValueRejection.KeyEmpty));
        Assert.That((await _store.PutAsync(longKey, B("v"))).Rejection, Is.EqualTo(KeyValueRejection.KeyTooLong));
        Assert.That((await _store.PutAsync(B("k"), longValue)).Rejection, Is.EqualTo(KeyValueRejection.ValueTooLong));
        Assert.That((await _store.DeleteAsync(longKey)).Rejection, Is.EqualTo(KeyValueRejection.KeyTooLong));
        Assert.That((await _store.CompareAndSwapAsync(default, null, null)).Rejection, Is.EqualTo(KeyValueRejection.KeyEmpty));
        Assert.That((await _store.CompareAndSwapAsync(B("k"), longValue, null)).Rejection, Is.EqualTo(KeyValueRejection.ValueTooLong));
        Assert.That((await _store.CompareAndSwapAsync(B("k"), null, longValue)).Rejection, Is.EqualTo(KeyValueRejection.ValueTooLong));
        Assert.That((await _store.GetAsync(default)).Rejection, Is.EqualTo(KeyValueRejection.KeyEmpty));
        Assert.That((await _store.ScanAsync(longKey)).Rejection, Is.EqualTo(KeyValueRejection.KeyTooLong));
        Assert.That((await _store.ScanAsync(default, 100, longKey)).Rejection, Is.EqualTo(KeyValueRejection.KeyTooLong));
        Assert.That((await _store.ScanAsync(default, 0)).Rejection, Is.EqualTo(KeyValueRejection.LimitOutOfRange));
        Assert.That((await _store.ScanAsync(default, KeyValueLimits.ScanLimitMax + 1)).Rejection, Is.EqualTo(KeyValueRejection.LimitOutOfRange));
        Assert.That((await _store.PutAsync(longKey, B("v"))).Status, Is.EqualTo(ProposeStatus.Rejected));
        Assert.That(_consensus.Calls, Is.Zero);

        Assert.That((await _store.PutAsync(longKey.AsMemory(1), longValue.AsMemory(1))).IsApplied);
        Assert.That((await _store.GetAsync(longKey.AsMemory(1))).Value.Length, Is.EqualTo(KeyValueLimits.ValueBytesMax));
    }

    [Test]
    public async Task A_scan_goes_through_a_prefix_in_pages()
    {
        foreach (var key in (string[])["b", "a", "ab", "abc", "abd", "ac", "ab\0"])
        {
            await _store.PutAsync(B(key), B(key + "!"));
        }

        var first = await _store.ScanAsync(B("ab"), limit: 2);
        Assert.That(first.Entries.Select(entry => S(entry.Key)), Is.EqualTo(["ab", "ab\0"]));
        Assert.That(first.HasMore);
        var second = await _store.ScanAsync(B("ab"), limit: 2, after: first.Entries[^1].Key);
        Assert.That(second.Entries.Select(entry => S(entry.Key) + S(entry.Value)), Is.EqualTo(["abcabc!", "abdabd!"]));
        Assert.That(second.Entries[0].Version, Is.EqualTo(new LogIndex(4)));
        Assert.That(second.HasMore, Is.False);
        Assert.That((await _store.ScanAsync(default)).Entries, Has.Count.EqualTo(7));
    }

    [Test]
    public async Task A_scan_of_large_values_ends_at_the_bound_of_its_answer()
    {
        for (byte i = 1; i <= 6; i++)
        {
            await _store.PutAsync(new[] { i }, new byte[KeyValueLimits.ValueBytesMax]);
        }

        var page = await _store.ScanAsync(default);
        Assert.That(page.Entries, Has.Count.EqualTo(3));
        Assert.That(page.HasMore);
        page = await _store.ScanAsync(default, after: page.Entries[^1].Key);
        Assert.That(page.Entries, Has.Count.EqualTo(3));
        Assert.That(page.HasMore, Is.False);
    }

    [Test]
    public async Task A_refusal_of_the_group_is_passed_on()
    {
        _consensus.Refusal = RefusalReason.NoLeader;

        Assert.That((await _store.PutAsync(B("k"), B("v"))).Refusal, Is.EqualTo(RefusalReason.NoLeader));
        Assert.That((await _store.PutAsync(B("k"), B("v"))).Status, Is.EqualTo(ProposeStatus.Refused));
        Assert.That((await _store.GetAsync(B("k"))).Refusal, Is.EqualTo(RefusalReason.NoLeader));
        Assert.That((await _store.ScanAsync(B("k"))).Refusal, Is.EqualTo(RefusalReason.NoLeader));
    }

    [Test]
    public async Task A_machine_that_is_not_hosted_is_a_typed_rejection()
    {
        var store = new KeyValueStore(new DirectConsensus(new CompositeStateMachine([new HostedMachine(new(9), new KeyValueStateMachine())])), new(8));

        Assert.That((await store.PutAsync(B("k"), B("v"))).Rejection, Is.EqualTo(KeyValueRejection.MachineUnknown));
        Assert.That((await store.GetAsync(B("k"))).Rejection, Is.EqualTo(KeyValueRejection.MachineUnknown));
        Assert.That((await store.ScanAsync(B("k"))).Rejection, Is.EqualTo(KeyValueRejection.MachineUnknown));
    }

    private static ReadOnlyMemory<byte> B(string text) => Encoding.UTF8.GetBytes(text);

    private static ReadOnlyMemory<byte>? N(string? text) => text is null ? default(ReadOnlyMemory<byte>?) : B(text);

    private static string S(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
