using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Handover;

/// <summary>Where the engine that agrees on an epoch's end keeps its log and its slots.</summary>
public sealed class AgreementSlotsTests
{
    private static readonly Epoch Number = new(3);

    [Test]
    public void What_was_kept_is_found_in_its_order()
    {
        var entries = Group.Log(3);
        var found = EpochSlots.AgreementOn(Number, Group.Disk(
            [],
            (EpochSlots.AgreementEntry(Number, entries[2].Index), EpochSlots.EntryValue(entries[2])),
            (EpochSlots.OfAgreementOn(Number, 7), [9]),
            (EpochSlots.AgreementEntry(Number, entries[0].Index), EpochSlots.EntryValue(entries[0])),
            (EpochSlots.AgreementEntry(Number, entries[1].Index), EpochSlots.EntryValue(entries[1]))));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Entries.Select(entry => entry.Chain), Is.EqualTo(entries.Select(entry => entry.Chain)));
            Assert.That(found.Entries.Select(entry => entry.Payload.ToArray()), Is.EqualTo(entries.Select(entry => entry.Payload.ToArray())));
            Assert.That(found.Slots.Keys, Is.EqualTo(new[] { 7UL }));
            Assert.That(found.Base, Is.EqualTo(LogPosition.Origin));
            Assert.That(found.LastLsn, Is.EqualTo(Lsn.Zero));
        }
    }

    [Test]
    public void It_is_nobody_elses()
    {
        var disk = Group.Disk([], (EpochSlots.OfAgreementOn(Number, 7), [1]), (EpochSlots.OfEngine(Number, 7), [2]), (EpochSlots.OfAgreementOn(new Epoch(4), 7), [3]), (EpochSlots.Report, [4]), (EpochSlots.Floor, [5]));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(EpochSlots.AgreementOn(Number, disk).Slots[7].ToArray(), Is.EqualTo(new byte[] { 1 }));
            Assert.That(EpochSlots.OfEngine(Number, disk.Slots)[7].ToArray(), Is.EqualTo(new byte[] { 2 }));
            Assert.That(EpochSlots.OfEngine(Number, disk.Slots), Has.Count.EqualTo(1));
            Assert.That(EpochSlots.AgreementOn(new Epoch(5), disk).Slots, Is.Empty);
        }
    }

    [Test]
    public void An_epoch_that_is_over_takes_its_slots_with_it() =>
        Assert.That(EpochSlots.IsOfOtherEngine(EpochSlots.AgreementEntry(Number, new LogIndex(1)), new Epoch(4)), Is.True);
}
