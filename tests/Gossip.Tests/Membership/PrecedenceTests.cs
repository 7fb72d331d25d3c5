using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Tests.Membership;

/// <summary>Which claim holds.</summary>
public sealed class PrecedenceTests
{
    private static readonly NodeId Id = new(5);

    // Rows: what is held at 1.1; what is said at 1.1: Alive, Suspect, Dead, Left.
    [TestCase(SwarmMemberState.Alive, "Ignore Accept Doubt Accept")]
    [TestCase(SwarmMemberState.Suspect, "Ignore Confirm Accept Accept")]
    [TestCase(SwarmMemberState.Dead, "Correct Correct Ignore Accept")]
    [TestCase(SwarmMemberState.Left, "Correct Correct Ignore Ignore")]
    public void Of_one_version_the_later_state_holds(SwarmMemberState held, string expected) => Assert.That(Row(held, new MemberVersion(1, 1)), Is.EqualTo(expected));

    [TestCase(SwarmMemberState.Alive, "Accept Accept Doubt Accept")]
    [TestCase(SwarmMemberState.Suspect, "Accept Accept Doubt Accept")]
    [TestCase(SwarmMemberState.Dead, "Accept Accept Accept Accept")]
    [TestCase(SwarmMemberState.Left, "Accept Accept Accept Accept")]
    public void A_later_version_holds(SwarmMemberState held, string expected)
    {
        Assert.That(Row(held, new MemberVersion(1, 2)), Is.EqualTo(expected));
        Assert.That(Row(held, new MemberVersion(2, 0)), Is.EqualTo(expected));
    }

    [TestCase(SwarmMemberState.Alive, "Ignore Ignore Ignore Ignore")]
    [TestCase(SwarmMemberState.Suspect, "Ignore Ignore Ignore Ignore")]
    [TestCase(SwarmMemberState.Dead, "Correct Correct Ignore Ignore")]
    [TestCase(SwarmMemberState.Left, "Correct Correct Ignore Ignore")]
    public void An_older_version_never_does(SwarmMemberState held, string expected)
    {
        Assert.That(Row(held, new MemberVersion(1, 0)), Is.EqualTo(expected));
        Assert.That(Row(held, new MemberVersion(0, 9)), Is.EqualTo(expected));
    }

    [TestCase(SwarmMemberState.Alive, "Conflict Conflict Doubt Accept")]
    [TestCase(SwarmMemberState.Dead, "Accept Accept Accept Accept")]
    public void A_live_member_is_at_one_address(SwarmMemberState held, string expected) => Assert.That(Row(held, new MemberVersion(7, 0), "elsewhere"), Is.EqualTo(expected));

    [Test]
    public void A_denial_is_above_what_is_denied_and_above_what_was_said_before()
    {
        var own = new MemberVersion(10, 3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(own.Above(new MemberVersion(10, 3)), Is.EqualTo(new MemberVersion(10, 4)));
            Assert.That(own.Above(new MemberVersion(10, 8)), Is.EqualTo(new MemberVersion(10, 9)));
            Assert.That(own.Above(new MemberVersion(9, 8)), Is.EqualTo(new MemberVersion(10, 4)));
            Assert.That(own.Above(new MemberVersion(12, 8)), Is.EqualTo(new MemberVersion(13, 0)), "another instance");
            Assert.That(own.Above(new MemberVersion(10, uint.MaxValue)), Is.EqualTo(new MemberVersion(11, 0)));
            Assert.That(own.Above(new MemberVersion(MemberVersion.InstanceMax, 5)), Is.EqualTo(new MemberVersion(MemberVersion.InstanceMax, 6)));
        }
    }

    /// <summary>Whatever is heard in whatever order, nothing held goes back, and all who heard the same hold the same once doubts are decided.</summary>
    [Test]
    public void What_is_held_never_goes_back([Range(1, 20)] int seed)
    {
        var random = new DeterministicRandom((ulong)seed);
        var table = new Roster(MemberClaim.Alive(new NodeId(1), "here", default), MembershipOptions.Lan, new LocalHealth(8));
        MemberClaim? before = null;
        for (var i = 0; i < 500; i++)
        {
            var claim = Claim((SwarmMemberState)random.NextBelow(4), new MemberVersion(random.NextBelow(3), (uint)random.NextBelow(4)), "there") with { Accusers = [new NodeId(9)] };
            table.Apply(new Ticks((i + 1) * TimeSpan.TicksPerSecond), new NodeId(9), [claim], new Gossip.Node.GossipEffects());
            var held = table.Table.Find(Id)?.Claim;
            if (before is not null && held != before)
            {
                Assert.That(held!.Version > before.Version || (held.Version == before.Version && held.State >= before.State), Is.True, $"{before} became {held}");
            }

            before = held;
        }
    }

    /// <summary>A death at a version that was not heard of is kept at that version: what was said of the member before does not bring it back.</summary>
    [Test]
    public void A_delayed_alive_from_before_a_death_does_not_resurrect()
    {
        var roster = new Roster(MemberClaim.Alive(new NodeId(1), "here", default), MembershipOptions.Lan, new LocalHealth(8));
        var effects = new Gossip.Node.GossipEffects();
        roster.Apply(Ticks.Zero, new NodeId(9), [Claim(SwarmMemberState.Alive, new MemberVersion(1, 1), "there")], effects);
        roster.Apply(Ticks.Zero, new NodeId(9), [Claim(SwarmMemberState.Dead, new MemberVersion(1, 10), "there")], effects);
        roster.Apply(Ticks.Zero, new NodeId(9), [Claim(SwarmMemberState.Alive, new MemberVersion(1, 2), "there")], effects);
        Assert.That((roster.Table.Find(Id)!.Claim.Version, roster.Table.Find(Id)!.Claim.State), Is.EqualTo((new MemberVersion(1, 10), SwarmMemberState.Suspect)));

        roster.OnTime(roster.NextDeadline, effects);
        roster.Apply(roster.NextDeadline, new NodeId(9), [Claim(SwarmMemberState.Alive, new MemberVersion(1, 9), "there")], effects);
        Assert.That((roster.Table.Find(Id)!.Claim.Version, roster.Table.Find(Id)!.Claim.State), Is.EqualTo((new MemberVersion(1, 10), SwarmMemberState.Dead)));
    }

    private static string Row(SwarmMemberState held, MemberVersion version, string address = "there") =>
        string.Join(' ', Enum.GetValues<SwarmMemberState>().Select(state => Precedence.Judge(Claim(held, new MemberVersion(1, 1), "there"), Claim(state, version, address))));

    private static MemberClaim Claim(SwarmMemberState state, MemberVersion version, string address) => new(Id, address, version, state, state is SwarmMemberState.Suspect or SwarmMemberState.Dead ? [new NodeId(9)] : [], 0);
}
