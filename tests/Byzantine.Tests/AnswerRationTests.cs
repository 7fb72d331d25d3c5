namespace Consensus.Byzantine.Tests;

/// <summary>How much each member may ask for.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AnswerRationTests
{
    private const int PerSecond = 4000;
    private static readonly NodeId Flooder = new(2);
    private static readonly NodeId Other = new(3);
    private readonly SomeState _state = new();

    private IEnumerable<PeerFlooding> Told => _state.Effects.Events.OfType<PeerFlooding>();

    [Test]
    public void Who_asks_too_much_is_answered_as_often_as_anybody_may_ask_and_told_of_once()
    {
        Assert.That(Ask(Flooder, PerSecond + 500), Is.EqualTo(PerSecond));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told, Is.EqualTo(new[] { new PeerFlooding(Flooder, 1) }));
            Assert.That(_state.Ration.Dropped, Is.EqualTo(500));
            Assert.That(Ask(Other, PerSecond), Is.EqualTo(PerSecond), "others have their own");
        }
    }

    [Test]
    public void After_a_minute_it_is_told_again_how_much_was_dropped()
    {
        Ask(Flooder, PerSecond + 500);
        _state.At(TimeSpan.FromMinutes(1));
        Ask(Flooder, PerSecond + 3);

        Assert.That(Told.Select(told => told.Dropped), Is.EqualTo(new long[] { 1, 500 }));
    }

    [Test]
    public void What_was_taken_comes_back_with_time()
    {
        Ask(Flooder, PerSecond);
        _state.At(TimeSpan.FromMilliseconds(10));

        Assert.That(Ask(Flooder, 100), Is.EqualTo(40));
    }

    [Test]
    public void Answers_cost_what_they_weigh()
    {
        Ask(Flooder, 1);
        _state.Ration.Charge(Flooder, AnswerPart.OfBytes(300_000_000));
        Assert.That(Ask(Flooder, 1), Is.Zero);

        _state.At(TimeSpan.FromMilliseconds(200));
        Assert.That(Ask(Flooder, 1), Is.Zero, "50 MB are still owed");
        _state.At(TimeSpan.FromMilliseconds(201));
        Assert.That(Ask(Flooder, 1), Is.EqualTo(1));
    }

    // Without time between question and answer, and with pieces that cost from next to nothing to more than a purse holds.
    [TestCase(100)]
    [TestCase(5000)]
    [TestCase(256 * 1024)]
    [TestCase(8 * 1024 * 1024)]
    [TestCase(40_000_000, Description = "a block of the smallest commands")]
    public void Who_keeps_the_pace_of_asking_is_never_refused_and_gets_half_of_what_it_might(int pieceBytes)
    {
        var pace = new AskingPace(_state);
        var piece = AnswerPart.OfBytes(pieceBytes);
        var (asked, cost) = (0, 0L);
        const int Looks = 600;
        for (var look = 1; look <= Looks; look++)
        {
            _state.At(TimeSpan.FromMilliseconds(100 * look));
            Assert.That(_state.Ration.TryTake(Other), Is.True, "where it is, it says all the time");
            _state.Ration.Charge(Other, AnswerPart.OfBytes(400_000));
            while (pace.TryAsk(Flooder))
            {
                Assert.That(_state.Ration.TryTake(Other), Is.True, "never refused");
                _state.Ration.Charge(Other, piece);
                pace.OnAnswer(Flooder, piece);
                asked++;
                cost += AnswerRation.DemandBytes + piece.Cost;
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_state.Ration.Dropped, Is.Zero);
            Assert.That(Told, Is.Empty);
            Assert.That(cost, Is.GreaterThan(AnswerRation.BytesMax / 2 * (Looks / 10) * 9 / 10), "as much as it may");
        }
    }

    [Test]
    public void Nobody_saves_up_for_longer_than_a_second()
    {
        Ask(Flooder, 1);
        _state.At(TimeSpan.FromDays(400 * 365));

        Assert.That(Ask(Flooder, 2 * PerSecond), Is.EqualTo(PerSecond));
    }

    private int Ask(NodeId from, int count) => Enumerable.Range(0, count).Count(_ => _state.Ration.TryTake(from));
}
