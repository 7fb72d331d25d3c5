namespace Consensus.Engine.Tests.Contract;

public sealed class DeterministicRandomTests
{
    // The outputs that the authors' reference implementation prints for these seeds.
    [TestCase(0UL, new[] { 0xE220A8397B1DCDAFUL, 0x6E789E6AA1B965F4UL, 0x06C45D188009454FUL, 0xF88BB8A8724C81ECUL, 0x1B39896A51A8749BUL })]
    [TestCase(1234567UL, new[] { 6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL, 16408922859458223821UL })]
    public void A_seed_gives_the_published_numbers(ulong seed, ulong[] expected)
    {
        var random = new DeterministicRandom(seed);

        var actual = expected.Select(_ => random.NextUInt64()).ToArray();

        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void A_bounded_number_stays_below_its_bound_and_reaches_every_value()
    {
        var random = new DeterministicRandom(7);

        var seen = Enumerable.Range(0, 1000).Select(_ => random.NextBelow(7)).ToHashSet();

        Assert.That(seen, Is.EquivalentTo(new ulong[] { 0, 1, 2, 3, 4, 5, 6 }));
    }

    [Test]
    public void A_bound_of_one_leaves_only_zero() => Assert.That(new DeterministicRandom(1).NextBelow(1), Is.Zero);

    [Test]
    public void A_bound_of_zero_is_refused() =>
        Assert.That(() => new DeterministicRandom(1).NextBelow(0), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_duration_lies_between_its_bounds_which_are_both_reached()
    {
        var random = new DeterministicRandom(3);
        var (shortest, longest) = (new TimeSpan(10), new TimeSpan(13));

        var seen = Enumerable.Range(0, 200).Select(_ => random.NextBetween(shortest, longest).Ticks).ToHashSet();

        Assert.That(seen, Is.EquivalentTo(new long[] { 10, 11, 12, 13 }));
    }

    [Test]
    public void A_duration_between_equal_bounds_is_that_bound() =>
        Assert.That(new DeterministicRandom(3).NextBetween(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), Is.EqualTo(TimeSpan.FromSeconds(1)));

    [Test]
    public void Bounds_in_the_wrong_order_are_refused() =>
        Assert.That(() => new DeterministicRandom(1).NextBetween(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
}
