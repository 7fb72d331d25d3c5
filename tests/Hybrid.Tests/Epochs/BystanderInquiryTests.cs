using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BystanderInquiryTests
{
    private readonly Group _group = new();
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly EpochChain _chain;
    private readonly BystanderInquiry _inquiry;
    private Ticks _now = new(1000);

    public BystanderInquiryTests()
    {
        _chain = new EpochChain(_group.Engine(node: 50), [], []);
        _inquiry = new BystanderInquiry(_chain);
    }

    [Test]
    public void Nobody_is_asked_who_cannot_be_reached()
    {
        Assert.That(_inquiry.Deadline, Is.EqualTo(Ticks.Never));
        Assert.That(Ask(), Is.Empty);

        Connect(20, true);
        Connect(20, false);

        Assert.That(_inquiry.Deadline, Is.EqualTo(Ticks.Never));
        Assert.That(Ask(), Is.Empty);
    }

    [Test]
    public void Who_can_be_reached_is_asked_at_once_and_again_each_second()
    {
        Connect(20, true);
        Assert.That(_inquiry.Deadline, Is.EqualTo(_now));
        Assert.That(Ask(), Is.EqualTo(new[] { (20, 0) }));
        Assert.That(Ask(), Is.Empty);

        Connect(10, true);
        Assert.That(Ask(), Is.EqualTo(new[] { (10, 0), (20, 0) }));

        Connect(20, true);
        Assert.That(Ask(), Is.Empty, "nothing has changed");
        _now += TimeSpan.FromSeconds(1);
        Assert.That(_inquiry.Deadline, Is.EqualTo(_now));
        Assert.That(Ask(), Is.EqualTo(new[] { (10, 0), (20, 0) }));
    }

    // Who is about to enter the next epoch knows what began it, and may be the only one who is reached.
    [Test]
    public void The_answer_has_what_is_ahead_of_the_member_too()
    {
        var member = new EpochChain(_group.Engine(), [], [_group.Beginning(_group.First)]);
        member.Tell(new NodeId(50), Epoch.Zero, _now, _effects);

        Assert.That(_effects.Messages.Select(message => message.To.Value), Is.EqualTo(new[] { 50 }));
        Assert.That(((HandoverProof)_effects.Messages.Single().Message).Certificates, Has.Length.EqualTo(1));
    }

    private void Connect(uint node, bool isConnected) => _inquiry.OnConnection(new PeerConnectionChanged(new NodeId(node), isConnected), _now);

    private List<(uint Node, ulong Known)> Ask()
    {
        var effects = new EffectBuffer(Lsn.Zero);
        _inquiry.Advance(_now, effects);
        return [.. effects.Messages.Select(message => (message.To.Value, ((ProofRequest)message.Message).Known.Value))];
    }
}
