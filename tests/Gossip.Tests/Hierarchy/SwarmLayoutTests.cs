namespace Consensus.Gossip.Tests.Hierarchy;

public sealed class SwarmLayoutTests
{
    [TestCase(2, 100, 1, 1)]
    [TestCase(100, 100, 3, 1)]
    [TestCase(101, 100, 3, 2)]
    [TestCase(10_000, 100, 3, 2)]
    [TestCase(10_001, 100, 3, 3)]
    [TestCase(1_000_000, 100, 3, 3)]
    [TestCase(100_000_000, 2, 1, 27)]
    public void There_are_as_many_levels_as_it_takes_to_end_in_one_group(int agents, int groupSize, int leaders, int levels)
    {
        var layout = new SwarmLayout(agents, groupSize, leaders);

        Assert.That(layout.Levels, Is.EqualTo(levels));
        Assert.That(layout.MembersOn(levels - 1), Is.LessThanOrEqualTo(layout.PlacesIn(levels - 1)), "the last level is one group");
    }

    // Whoever leads a group is in the one above, and nobody else; also where the last groups are not full.
    [TestCase(2, 1)]
    [TestCase(3, 1)]
    [TestCase(3, 2)]
    [TestCase(4, 1)]
    [TestCase(4, 3)]
    public void On_a_level_are_the_leaders_of_the_groups_below(int groupSize, int leaders)
    {
        for (var agents = 2; agents <= 70; agents++)
        {
            CheckLeaders(agents, groupSize, leaders);
        }
    }

    [TestCase(1, 100, 1)]
    [TestCase(10, 1, 1)]
    [TestCase(10, 5, 0)]
    [TestCase(10, 5, 5)]
    public void What_is_no_division_is_refused(int agents, int groupSize, int leaders) =>
        Assert.That(() => new SwarmLayout(agents, groupSize, leaders), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static void CheckLeaders(int agents, int groupSize, int leaders)
    {
        var layout = new SwarmLayout(agents, groupSize, leaders);
        Assert.That(Agents(layout, 0), Is.EqualTo(Enumerable.Range(0, agents)));

        for (var level = 1; level < layout.Levels; level++)
        {
            var expected = Agents(layout, level - 1).Chunk(layout.PlacesIn(level - 1)).SelectMany(group => group.Take(leaders));
            Assert.That(Agents(layout, level), Is.EqualTo(expected), $"level {level} of {agents} agents");
        }
    }

    private static int[] Agents(SwarmLayout layout, int level) => [.. Enumerable.Range(0, layout.MembersOn(level)).Select(place => layout.AgentAt(level, place))];
}
