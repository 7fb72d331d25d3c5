using Consensus.Raft.Membership;
using Consensus.Raft.Tests.Quorum;

namespace Consensus.Raft.Tests.Membership;

[TestFixture]
public sealed class MembershipHistoryTests
{
    [Test]
    public void The_configuration_that_was_appended_last_is_in_effect_until_its_entry_is_truncated()
    {
        var (first, second) = (Configurations.Of(0b1, 0), Configurations.Of(0b11, 0b1));
        var history = new MembershipHistory(LogIndex.Zero, first, sharesHonest: false);
        history.Append(new LogIndex(5), second);
        Assert.That((history.Current, history.CurrentIndex, history.Quorum.Incoming.Length), Is.EqualTo((second, new LogIndex(5), 2)));

        Assert.That(history.Truncate(new LogIndex(6)), Is.False, "its entry stays");
        Assert.That(history.Current, Is.EqualTo(second));
        Assert.That(history.Truncate(new LogIndex(5)), Is.True);
        Assert.That((history.Current, history.CurrentIndex, history.Quorum.Incoming.Length), Is.EqualTo((first, LogIndex.Zero, 1)));
    }

    [TestCase(4UL)]
    [TestCase(5UL)]
    public void Configurations_are_appended_in_order(ulong index)
    {
        var history = new MembershipHistory(new LogIndex(5), Configurations.Of(0b1, 0), sharesHonest: false);
        var failure = Assert.Throws<ConsensusException>(() => history.Append(new LogIndex(index), Configurations.Of(0b11, 0)));
        Assert.That(failure!.Reason, Is.EqualTo(ConsensusFailure.InvariantViolated));
    }

    [Test]
    public void A_history_does_what_the_log_s_entries_say([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var model = new SortedDictionary<ulong, ClusterMembership> { [0] = Configurations.Of(1, 0) };
        var history = new MembershipHistory(LogIndex.Zero, model[0], sharesHonest: false);
        ulong compacted = 0;
        for (var step = 0; step < 2000; step++)
        {
            var context = $"seed {seed}, step {step}";
            var current = model.Keys.Last();
            switch (random.Next(10))
            {
                case < 5:
                    var (index, membership) = (current + 1 + (ulong)random.Next(4), Configurations.Of(random.Next(1, 128), random.Next(2) * random.Next(128)));
                    model[index] = membership;
                    history.Append(new LogIndex(index), membership);
                    break;
                case < 8:
                    // Entries that are compacted away are committed and therefore never truncated.
                    var first = compacted + 1 + (ulong)random.NextInt64((long)(current - Math.Min(current, compacted)) + 3);
                    var voided = model.Keys.Where(key => key >= first && key != model.Keys.First()).ToArray();
                    Array.ForEach(voided, key => model.Remove(key));
                    Assert.That(history.Truncate(new LogIndex(first)), Is.EqualTo(voided.Length > 0), context);
                    break;
                case 8:
                    compacted += (ulong)random.Next(6);
                    history.Compact(new LogIndex(compacted));
                    foreach (var covered in model.Keys.Where(key => key <= compacted).SkipLast(1).ToArray())
                    {
                        model.Remove(covered);
                    }

                    break;
                case 9 when random.Next(20) == 0:
                    compacted = Math.Max(compacted, current) + 10;
                    model.Clear();
                    model[compacted] = Configurations.Of(random.Next(1, 128), 0);
                    history.Reset(new LogIndex(compacted), model[compacted]);
                    break;
            }

            var (expectedIndex, expected) = model.Last();
            Assert.That((history.CurrentIndex.Value, history.Current), Is.EqualTo((expectedIndex, expected)), context);
            Assert.That(history.Quorum.Incoming.Concat(history.Quorum.Outgoing), Is.EqualTo(expected.Members.Select(member => member.Id).Concat(expected.Outgoing)), context);
        }
    }
}
