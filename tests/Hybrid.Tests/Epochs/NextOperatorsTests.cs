namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Requirement E5: an operator's order for other rules, and for other operators.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NextOperatorsTests
{
    private static readonly EpochRules Rules = new() { EscalationTarget = EpochProtocol.HotStuff, EscalatesForCommands = true, ReturnsAlone = true };

    private readonly Group _group = new();

    private ISigner Other => _group.Keys.Signer(1001);

    [Test]
    public void When_operators_are_exchanged_the_old_key_s_word_counts_no_more()
    {
        var order = Order(new NextEpoch(EpochProtocol.Pbft) { Operators = NextOperators.Of([Other.PublicKey]) });
        var next = _group.First.By(order, Group.Position(7), default);
        var after = next.Next(EpochProtocol.HotStuff, Group.Position(20), default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(order.DefectIn(_group.First, _group.Keys), Is.Null);
            Assert.That((next.Operators, after.Operators, next.IsOrdered), Is.EqualTo((new[] { Other.PublicKey }, new[] { Other.PublicKey }, true)));
            Assert.That(SealOrder.Give(next, new NextEpoch(EpochProtocol.HotStuff), _group.Operator).DefectIn(next, _group.Keys), Does.Contain("is none of the 1 keys"));
            Assert.That(SealOrder.Give(next, new NextEpoch(EpochProtocol.HotStuff), Other).DefectIn(next, _group.Keys), Is.Null);
            Assert.That(SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.HotStuff), Other).DefectIn(_group.First, _group.Keys), Does.Contain("is none of the 1 keys"), "before, it did not count");
            Assert.That(_group.Know(next).Status.OperatorKeys, Is.EqualTo(new[] { $"{Other.PublicKey}" }));
        }
    }

    [Test]
    public void There_is_at_least_one_operator_and_none_is_listed_twice_or_is_a_member()
    {
        var keys = Enumerable.Range(1000, 65).Select(i => _group.Keys.Signer((uint)i).PublicKey).ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Defect(), Does.StartWith("0 keys of operators are listed; allowed: 1 to 64"));
            Assert.That(Defect(keys), Does.StartWith("65 keys of operators are listed; allowed: 1 to 64"));
            Assert.That(Defect(keys[..64]), Is.Null);
            Assert.That(Defect(keys[0], keys[1], keys[0]), Is.EqualTo($"The key {keys[0]} is listed twice as an operator's; allowed: each once."));
            Assert.That(Defect(keys[0], _group.Keys.Signer(20).PublicKey), Is.EqualTo("The key of node 20 is an operator's; whoever orders must be no member."));
        }
    }

    // Who was operator may become a member with the same order, and who comes may not be one of those who order from then on.
    [Test]
    public void Members_and_operators_of_the_next_epoch_are_compared_with_each_other()
    {
        var members = ((uint[])[10, 20, 30]).Select(id => Member(id, id)).ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Order(new NextEpoch(EpochProtocol.Pbft) { Members = NextMembers.Of([.. members, Member(50, 1000)]), Operators = NextOperators.Of([Other.PublicKey]) }).DefectIn(_group.First, _group.Keys), Is.Null);
            Assert.That(
                Order(new NextEpoch(EpochProtocol.Pbft) { Members = NextMembers.Of([.. members, Member(50, 1001)]), Operators = NextOperators.Of([Other.PublicKey]) }).DefectIn(_group.First, _group.Keys),
                Is.EqualTo("The key of node 50 is an operator's; whoever orders must be no member."));
            Assert.That(
                Order(new NextEpoch(EpochProtocol.Pbft) { Members = NextMembers.Of([.. members, Member(50, 50)]), Operators = NextOperators.Of([_group.Keys.Signer(40).PublicKey]) }).DefectIn(_group.First, _group.Keys), Is.Null, "40 has left");
        }
    }

    [Test]
    public void Rules_are_the_next_epoch_s_and_those_behind_it_until_others_are_ordered()
    {
        var order = Order(new NextEpoch(EpochProtocol.Raft) { Rules = Rules });
        var next = _group.First.By(order, Group.Position(7), default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(order.DefectIn(_group.First, _group.Keys), Is.Null);
            Assert.That(SealOrder.TryRead(order.ToBytes()), Is.EqualTo(order));
            Assert.That((next.Rules, next.Id), Is.Not.EqualTo((_group.First.Rules, _group.First.By(Order(new NextEpoch(EpochProtocol.Raft)), Group.Position(7), default).Id)));
            Assert.That(_group.First.ToAgreement().Protocol, Is.EqualTo(EpochProtocol.Pbft), "the epoch that ends by the order ends by its own rules");
            Assert.That(next.ToAgreement().Protocol, Is.EqualTo(EpochProtocol.HotStuff));
            Assert.That(next.Escalated(Group.Position(20), default).Protocol, Is.EqualTo(EpochProtocol.HotStuff));
            Assert.That(next.Escalated(Group.Position(20), default).Rules, Is.EqualTo(Rules));
            Assert.That(_group.Know(next).Status.Rules["ReturnsAlone"], Is.EqualTo("true"));
        }
    }

    [Test]
    public void Raft_agrees_on_no_end_of_an_epoch() =>
        Assert.That(
            Order(new NextEpoch(EpochProtocol.Pbft) { Rules = new EpochRules { EscalationTarget = EpochProtocol.Raft } }).DefectIn(_group.First, _group.Keys),
            Is.EqualTo("What agrees on the end of an epoch of Raft must survive liars; allowed: Pbft or HotStuff."));

    // A member may order an engine, where the rules say so, and nothing else.
    [Test]
    public void A_member_s_word_changes_nothing_but_the_engine()
    {
        var epoch = EpochDescriptor.First(Group.Cluster, EpochProtocol.Raft, _group.Members, [_group.Operator.PublicKey], new EpochRules { EscalatesForCommands = true });
        var member = _group.Keys.Signer(10);
        NextEpoch[] wishes =
        [
            new(EpochProtocol.Pbft) { Settings = EpochSettings.None },
            new(EpochProtocol.Pbft) { Rules = epoch.Rules },
            new(EpochProtocol.Pbft) { Operators = NextOperators.Of(epoch.Operators) },
        ];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(SealOrder.Give(epoch, new NextEpoch(EpochProtocol.Pbft), member).DefectIn(epoch, _group.Keys), Is.Null);
            foreach (var wish in wishes)
            {
                Assert.That(SealOrder.Give(epoch, wish, member).DefectIn(epoch, _group.Keys), Does.Contain("is none of the 1 keys"), $"{wish}");
                Assert.That(SealOrder.Give(epoch, wish, _group.Operator).DefectIn(epoch, _group.Keys), Is.Null, $"{wish}");
            }
        }
    }

    [Test]
    public void Whatever_is_changed_about_an_order_nobody_has_signed_it()
    {
        var order = Order(new NextEpoch(EpochProtocol.Pbft) { Settings = new EpochSettings { WindowBlocks = 32 }, Rules = Rules, Operators = NextOperators.Of([Other.PublicKey]) });
        NextEpoch[] others =
        [
            order.Next with { Settings = null },
            order.Next with { Settings = new EpochSettings { WindowBlocks = 33 } },
            order.Next with { Settings = new EpochSettings { CheckpointBlocks = 32 } },
            order.Next with { Rules = null },
            order.Next with { Rules = Rules with { ReturnsAlone = false } },
            order.Next with { Operators = null },
            order.Next with { Operators = NextOperators.Of([Other.PublicKey, _group.Operator.PublicKey]) },
        ];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(order.DefectIn(_group.First, _group.Keys), Is.Null);
            foreach (var other in others)
            {
                Assert.That((order with { Next = other }).DefectIn(_group.First, _group.Keys), Does.EndWith("did not sign it."), $"{other}");
            }
        }
    }

    [Test]
    public void An_order_is_carried_out_by_an_epoch_that_has_all_it_names()
    {
        var next = new NextEpoch(EpochProtocol.Pbft) { Settings = new EpochSettings { WindowBlocks = 32 }, Rules = Rules, Operators = NextOperators.Of([Other.PublicKey]) };
        var order = Order(next);
        NextEpoch[] lacking = [next with { Settings = null }, next with { Rules = null }, next with { Operators = null }, next with { Protocol = EpochProtocol.HotStuff }];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(order.IsCarriedOutBy(_group.First.By(order, Group.Position(7), default)), Is.True);
            Assert.That(Order(new NextEpoch(EpochProtocol.Pbft)).IsCarriedOutBy(_group.First.By(order, Group.Position(7), default)), Is.True, "who names nothing has it");
            foreach (var other in lacking)
            {
                Assert.That(order.IsCarriedOutBy(_group.First.By(Order(other), Group.Position(7), default)), Is.False, $"{other}");
            }
        }
    }

    private string? Defect(params PublicKey[] operators) => Order(new NextEpoch(EpochProtocol.Pbft) { Operators = NextOperators.Of(operators) }) is var order && SealOrder.TryRead(order.ToBytes())!.Equals(order)
        ? order.DefectIn(_group.First, _group.Keys)
        : throw new AssertionException("It is read differently.");

    private SealOrder Order(NextEpoch next) => SealOrder.Give(_group.First, next, _group.Operator);

    private EpochMember Member(uint id, uint key) => new(new NodeId(id), _group.Keys.Signer(key).PublicKey, $"node-{id}");
}
