namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>What somebody outside a group believes about its epochs: what is proven, and nothing that contradicts it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TrustedHistoryTests
{
    private readonly Group _group = new();
    private readonly TrustedHistory _trusted;

    public TrustedHistoryTests() => _trusted = new TrustedHistory(_group.First, _group.Keys);

    [Test]
    public void At_first_the_first_epoch_is_known()
    {
        Assert.That(_trusted.Newest, Is.EqualTo(new TrustedEpoch(_group.First.Domain, _group.First.Members)));
        Assert.That(_trusted.History.Epochs.Single(), Is.SameAs(_group.First));
    }

    [Test]
    public void A_longer_history_is_believed_and_one_that_is_no_longer_changes_nothing()
    {
        var second = History(1, 2);

        Assert.That(Extend(History(1)), Is.Null);
        Assert.That(Extend(second), Is.Null);
        Assert.That((_trusted.Newest.Domain, _trusted.Newest.Members.Hash), Is.EqualTo((second.Newest.Domain, second.Newest.Members.Hash)));

        Assert.That(Extend(second), Is.EqualTo("It goes no further than epoch 2, and epoch 2 is known."));
        Assert.That(Extend(History(1)), Is.EqualTo("It goes no further than epoch 1, and epoch 2 is known."));
        Assert.That(_trusted.Newest.Domain, Is.EqualTo(second.Newest.Domain));
    }

    [Test]
    public void A_history_that_leads_elsewhere_is_not_believed_however_long_it_is()
    {
        var known = History(1);
        Assert.That(Extend(known), Is.Null);

        Assert.That(Extend(History(7, 8)), Does.StartWith($"Epoch 1 began twice, as {known.Newest.Id} and as "));
        Assert.That(_trusted.Newest.Domain, Is.EqualTo(known.Newest.Domain));
    }

    [Test]
    public void What_is_no_history_is_not_believed()
    {
        var text = EpochHistoryDocument.ToUtf8(History(1));
        text[text.AsSpan().LastIndexOf("certificate"u8) + 40] ^= 1;

        Assert.That(Extend(text), Is.Not.Null);
        Assert.That(Extend("{}"u8.ToArray()), Is.Not.Null);
        Assert.That(_trusted.Newest.Domain, Is.EqualTo(_group.First.Domain));
    }

    /// <summary>Epochs of so many entries, and one more that has just begun.</summary>
    private EpochHistory History(params ReadOnlySpan<ulong> lengths)
    {
        var history = EpochHistory.Of(_group.First);
        foreach (var length in lengths)
        {
            history = history.Follow(_group.Beginning(history.Newest, index: length), _group.Keys, out var defect) ?? throw new InvalidOperationException(defect);
        }

        return history;
    }

    private string? Extend(EpochHistory history) => Extend(EpochHistoryDocument.ToUtf8(history));

    private string? Extend(byte[] text)
    {
        var before = _trusted.History.Epochs.Length;
        var isLonger = _trusted.TryExtend(text, out var defect);

        Assert.That((isLonger, _trusted.History.Epochs.Length > before), Is.EqualTo((defect is null, defect is null)));
        return defect;
    }
}
