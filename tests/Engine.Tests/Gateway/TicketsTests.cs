namespace Consensus.Engine.Tests.Gateway;

public sealed class TicketsTests
{
    [Test]
    public void Kind_and_number_come_back()
    {
        Assert.Multiple(() =>
        {
            foreach (var kind in Enum.GetValues<TicketKind>())
            {
                foreach (var number in new[] { 0UL, 1UL, (1UL << 61) - 1 })
                {
                    var ticket = Tickets.Of(kind, number);
                    Assert.That((Tickets.KindOf(ticket), Tickets.NumberOf(ticket)), Is.EqualTo((kind, number)));
                }
            }
        });
    }

    [Test]
    public void Two_runs_begin_at_different_numbers_with_room_between_them()
    {
        var first = Enumerable.Range(0, 1000).Select(seed => Tickets.FirstNumber(new DeterministicRandom((ulong)seed))).Order().ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Zip(first.Skip(1), (low, high) => high - low), Is.All.GreaterThan(100_000_000UL));
            Assert.That(first[^1], Is.LessThan(1UL << 60));
        }
    }
}
