namespace Consensus.Engine.Tests.Log;

public sealed class MembershipCodecTests
{
    private static readonly ClusterMembership Joint = new(
        [new Member(new NodeId(1), "a:1"), new Member(new NodeId(2), "knoten-ü:2", MemberRole.Learner), new Member(new NodeId(300), "", MemberRole.Leaving)],
        [new NodeId(1), new NodeId(300)]);

    [Test]
    public void A_configuration_comes_back_as_it_was() => Assert.That(MembershipCodec.Decode(MembershipCodec.Encode(Joint)), Is.EqualTo(Joint));

    [Test]
    public void The_empty_configuration_comes_back_as_it_was() =>
        Assert.That(MembershipCodec.Decode(MembershipCodec.Encode(ClusterMembership.Empty)), Is.EqualTo(ClusterMembership.Empty));

    [Test]
    public void The_bytes_are_those_of_the_documentation()
    {
        var one = new ClusterMembership([new Member(new NodeId(7), "h:1", MemberRole.Joining)], [new NodeId(9)]);

        Assert.That(Convert.ToHexString(MembershipCodec.Encode(one)), Is.EqualTo("0100" + "07000000" + "02" + "0300" + "683A31" + "0100" + "09000000"));
    }

    [Test]
    public void The_order_in_which_members_are_listed_does_not_change_the_bytes()
    {
        var shuffled = new ClusterMembership([.. Joint.Members.Reverse()], [.. Joint.Outgoing.Reverse()]);

        Assert.That(MembershipCodec.Encode(shuffled), Is.EqualTo(MembershipCodec.Encode(Joint)));
    }

    [Test]
    public void What_could_not_be_read_back_is_not_written()
    {
        var longAddress = new ClusterMembership([new Member(new NodeId(1), new string('a', 1025))], []);
        var twice = new ClusterMembership([new Member(new NodeId(1), "a"), new Member(new NodeId(1), "b")], []);
        var zero = new ClusterMembership([new Member(NodeId.None, "a")], []);
        var outgoingTwice = new ClusterMembership([], [new NodeId(1), new NodeId(1)]);
        var tooMany = new ClusterMembership([.. Enumerable.Range(1, 4097).Select(i => new Member(new NodeId((uint)i), ""))], []);

        Assert.Multiple(() =>
        {
            foreach (var membership in new[] { longAddress, twice, zero, outgoingTwice, tooMany })
            {
                Assert.That(() => MembershipCodec.Encode(membership), Throws.ArgumentException);
            }
        });
    }

    [TestCase("", "the number of members")]
    [TestCase("0110", "4097 members")]
    [TestCase("0100 01000000 09 0000 0000", "unknown role")]
    [TestCase("0100 00000000 00 0000 0000", "ids must grow")]
    [TestCase("0200 02000000 00 0000 01000000 00 0000 0000", "ids must grow")]
    [TestCase("0100 01000000 00 0104 0000", "1025 bytes")]
    [TestCase("0100 01000000 00 0100 FF 0000", "not UTF-8")]
    [TestCase("0000 0200 01000000 01000000", "ids must grow")]
    [TestCase("0000 0000 00", "do not belong")]
    public void A_defect_is_named(string hex, string expected) =>
        Assert.That(
            () => MembershipCodec.Decode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))),
            Throws.TypeOf<MessageFormatException>().With.Message.Contains(expected));

    [Test]
    public void Every_prefix_is_refused()
    {
        var bytes = MembershipCodec.Encode(Joint);

        Assert.Multiple(() =>
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                var prefix = bytes[..length];
                Assert.That(() => MembershipCodec.Decode(prefix), Throws.TypeOf<MessageFormatException>(), $"{length} bytes");
            }
        });
    }

    // Whatever decodes must be canonical: encoding it again gives the same bytes.
    [Test]
    public void Mutated_and_random_bytes_are_refused_or_canonical([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var valid = MembershipCodec.Encode(Joint);
        for (var run = 0; run < 4000; run++)
        {
            var bytes = Fuzz.Mutate(valid, random);
            try
            {
                Assert.That(MembershipCodec.Encode(MembershipCodec.Decode(bytes)), Is.EqualTo(bytes), $"seed {seed}, run {run}");
            }
            catch (MessageFormatException)
            {
                // The only refusal that is allowed; anything else fails the test.
            }
        }
    }
}
