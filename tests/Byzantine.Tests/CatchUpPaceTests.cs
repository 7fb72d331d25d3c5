namespace Consensus.Byzantine.Tests;

/// <summary>An honest member that is far behind large blocks, with a network and disks that take no time at all: it is never rationed.</summary>
[TestFixture("pbft")]
[TestFixture("hotstuff")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CatchUpPaceTests(string engine)
{
    private const int BlockBytes = 1024 * 1024;
    private const int Count = 132;
    private static readonly string Large = new('x', BlockBytes);

    [Test]
    public void Honest_catch_up_is_never_rationed()
    {
        // More than may be staged: so most of it is fetched twice, which is more than a purse holds.
        var replica = new Newcomer(EngineUnderTest.Create(engine, 3, pooledBytesMax: 4 * BlockBytes));
        var server = new SomeState();
        var log = new BlockLog(EmptyDisk.Found, 4);
        var effects = new EffectBuffer(Lsn.Zero);
        for (var i = 1; i <= Count; i++)
        {
            log.Append(Samples.Block(i, Samples.Batch(1, (ulong)i, Large)), effects);
            effects.Clear();
        }

        var end = log.PositionAfter(new SequenceNumber(Count));
        replica.Receive(1, new StableCheckpoint(Newcomer.Stable(Count, end)));
        var (served, pauses) = (0L, 0);
        while (replica.Status.CommitIndex != end.Index)
        {
            var asked = replica.SentTo<IDemand>(1).ToArray();
            replica.Effects.Clear();
            if (asked.Length == 0)
            {
                Assert.That(++pauses, Is.LessThan(100), "it does not get on");
                replica.Look();
                continue;
            }

            server.At(TimeSpan.FromTicks(replica.Now.Value));
            foreach (var demand in asked)
            {
                Assert.That(server.Ration.TryTake(new NodeId(3)), Is.True, "never refused");
                if (demand is CatchUpRequest request)
                {
                    var block = log.Read(request.First);
                    server.Ration.Charge(new NodeId(3), AnswerPart.Of(block));
                    served += BlockBytes;
                    replica.Receive(1, new CatchUpBlocks(request.First, [block]));
                }
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(server.Ration.Dropped, Is.Zero);
            Assert.That(served, Is.GreaterThan(AnswerRation.BytesMax), "or nothing is tested");
            Assert.That(pauses, Is.InRange(5, 20), "125 MB come in each second");
        }
    }
}
