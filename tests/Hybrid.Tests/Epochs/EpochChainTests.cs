using System.Collections.Immutable;
using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>What node 10, in epoch 1, tells others about epochs, and learns from them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EpochChainTests
{
    private static readonly NodeId Other = new(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Group _group = new();
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly HandoverCertificate _first;
    private readonly HandoverCertificate _second;
    private readonly HandoverCertificate _third;
    private readonly EpochChain _chain;
    private Ticks _now = new(1000);

    public EpochChainTests()
    {
        _first = _group.Beginning(_group.First);
        _second = _group.Beginning(_first.Next, EpochProtocol.HotStuff);
        _third = _group.Beginning(_second.Next, EpochProtocol.Raft);
        _chain = new EpochChain(_group.Engine(), [_first], []);
    }

    [Test]
    public void Who_speaks_in_an_earlier_epoch_is_told_what_has_begun_since()
    {
        _chain.OnOtherEpoch(Other, _group.First.Tag, _now, _effects);

        Assert.That(Shown, Is.EqualTo(new[] { _first }));
    }

    [Test]
    public void Who_speaks_in_a_later_epoch_is_asked_for_what_began_it()
    {
        _chain.OnOtherEpoch(Other, _third.Next.Tag, _now, _effects);

        Assert.That(_effects.Messages.Single().Message, Is.EqualTo(new ProofRequest(new Epoch(1))));
    }

    [Test]
    public void Each_is_told_once_in_a_while()
    {
        _chain.OnOtherEpoch(Other, _group.First.Tag, _now, _effects);
        _chain.OnOtherEpoch(Other, _group.First.Tag, _now, _effects);
        Assert.That(_effects.Messages, Has.Count.EqualTo(1));
        _now += Interval;
        _chain.OnOtherEpoch(Other, _group.First.Tag, _now, _effects);

        Assert.That(_effects.Messages, Has.Count.EqualTo(2));
    }

    // A group whose rules were not configured alike is two, and nothing else tells.
    [Test]
    public void Who_takes_an_epoch_for_another_one_is_told_of_once_a_minute([Values(0, 1, 2)] int number)
    {
        _chain.OnComplete(_second, _effects);
        EpochDescriptor[] epochs = [_group.First, _first.Next, _second.Next];
        var another = new EpochTag(epochs[number].Number, FakeKeys.Hash(9));

        _chain.OnOtherEpoch(Other, another, _now, _effects);
        _chain.OnOtherEpoch(Other, another, _now + TimeSpan.FromSeconds(59), _effects);
        Assert.That(_effects.Events, Is.EqualTo(new[] { new EpochDiverged(another.Number, Other, epochs[number].Id, another.Id) }));
        _chain.OnOtherEpoch(new NodeId(30), another, _now + TimeSpan.FromSeconds(59), _effects);
        _chain.OnOtherEpoch(Other, another, _now + TimeSpan.FromSeconds(60), _effects);

        Assert.That(_effects.Events, Has.Count.EqualTo(3));
    }

    [Test]
    public void Who_is_elsewhere_in_the_same_chain_or_agrees_on_the_end_of_an_epoch_of_Raft_takes_none_for_another()
    {
        _chain.OnComplete(_second, _effects);
        foreach (var epoch in new[] { _group.First, _group.First.ToAgreement(), _first.Next, _second.Next, _third.Next, _third.Next.ToAgreement() })
        {
            _chain.OnOtherEpoch(Other, epoch.Tag, _now, _effects);
        }

        Assert.That(_effects.Events, Is.Empty);
    }

    // It had heard a member that has stopped since, and the others had not.
    [Test]
    public void Who_still_says_that_it_has_ended_the_epoch_is_shown_what_began_the_next()
    {
        _chain.OnEnded(Other, _now, _effects);
        Assert.That(_effects.Messages, Is.Empty, "nothing has");

        _chain.OnComplete(_second, _effects);
        _chain.OnEnded(Other, _now, _effects);
        _chain.OnEnded(Other, _now, _effects);

        Assert.That(Shown, Is.EqualTo(new[] { _second }));
    }

    [Test]
    public void Later_epochs_are_known_in_their_order_and_are_on_disk_before_they_are_entered()
    {
        _chain.OnProof(Other, new HandoverProof([_third]), _effects);
        Assert.That(_chain.Ahead, Is.Empty, "what lies between is unknown");
        _chain.OnProof(Other, new HandoverProof([_second, _third]), _effects);

        Assert.That(_chain.Ahead, Is.EqualTo(new[] { _second, _third }));
        Assert.That(_chain.Following, Is.EqualTo(_second));
        Assert.That(_effects.Records.Select(record => record.Slot), Is.EqualTo(new[] { EpochSlots.Beginning(new Epoch(2)), EpochSlots.Beginning(new Epoch(3)) }));
        Assert.That(_chain.SavedAt, Is.EqualTo(_effects.LastLsn));

        _chain.Enter(2);
        Assert.That(_chain.Current.Id, Is.EqualTo(_third.Next.Id));
        Assert.That(_chain.Ahead, Is.Empty);
    }

    [Test]
    public void What_too_few_have_signed_begins_nothing()
    {
        _chain.OnProof(Other, new HandoverProof([_group.Certify(_first.Next, Group.Ending(_first.Next, EpochProtocol.HotStuff), 10, 20)]), _effects);

        Assert.That(_chain.Ahead, Is.Empty);
        Assert.That(_effects.Events.Single(), Is.TypeOf<MessageRejected>());
    }

    private ImmutableArray<HandoverCertificate> Shown => ((HandoverProof)_effects.Messages.Single().Message).Certificates;
}
