using Consensus.Byzantine;
using Consensus.HotStuff;
using Consensus.Pbft;
using Consensus.Raft;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Requirement E5: what an operator's order may say of the engines of all members, and what becomes of their own settings.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EpochSettingsTests
{
    private static readonly EpochSettings All = new()
    {
        ViewTimeout = TimeSpan.FromMilliseconds(700),
        ViewTimeoutMax = TimeSpan.FromSeconds(7),
        CheckpointBlocks = 16,
        WindowBlocks = 48,
        BlockBytesMax = 2048,
        BatchBytesMax = 4096,
        CatchUpBytes = 8192,
        HotStuffRules = HotStuffRuleSet.TwoChain,
        TermViews = 32,
        PenaltyRotations = 3,
        CheckpointEntries = 99,
    };

    private readonly Group _group = new();

    [Test]
    public void What_an_order_names_is_what_the_engines_of_the_next_epoch_have()
    {
        var epoch = Follow(_group.First, All, EpochProtocol.HotStuff);
        var pbft = ((PbftEngine)_group.Know(Follow(_group.First, All)).Engine).Options;
        var hotStuff = ((HotStuffEngine)_group.Know(epoch).Engine).Options;
        var raft = ((RaftEngine)_group.Know(Follow(_group.First, All, EpochProtocol.Raft)).Engine).Options;

        using (Assert.EnterMultipleScope())
        {
            foreach (ByzantineOptions options in (ByzantineOptions[])[pbft, hotStuff])
            {
                Assert.That((options.ViewTimeout, options.ViewTimeoutMax), Is.EqualTo((All.ViewTimeout, All.ViewTimeoutMax)));
                Assert.That((options.CheckpointBlocks, options.WindowBlocks), Is.EqualTo((16, 48)));
                Assert.That((options.BlockBytesMax, options.BatchBytesMax, options.CatchUpBytes), Is.EqualTo((2048, 4096, 8192)));
                Assert.That(options.CommandBytesMax, Is.EqualTo(new PbftOptions().CommandBytesMax), "promised to callers, whichever epoch runs");
            }

            Assert.That((hotStuff.Rules, hotStuff.TermViews, hotStuff.PenaltyRotations), Is.EqualTo((HotStuffRuleSet.TwoChain, 32, 3)));
            Assert.That(raft.CheckpointEntries, Is.EqualTo(99));
        }
    }

    // Slot 0 is agreed on by members that may be configured differently, too.
    [Test]
    public void What_agrees_on_the_end_of_an_epoch_of_Raft_has_the_settings_of_that_epoch()
    {
        var raft = Follow(_group.First, All, EpochProtocol.Raft);

        Assert.That(raft.ToAgreement().Settings, Is.EqualTo(All));
        Assert.That(((PbftEngine)_group.Know(raft.ToAgreement()).Engine).Options.WindowBlocks, Is.EqualTo(48));
    }

    [Test]
    public void Settings_stay_until_another_order_names_some_and_none_takes_them_back()
    {
        var set = Follow(_group.First, All);
        var kept = Follow(set, null, EpochProtocol.HotStuff);
        var escalated = Follow(set, null, EpochProtocol.Raft).Escalated(Group.Position(20), default);
        var other = Follow(kept, new EpochSettings { TermViews = 8 });
        var back = Follow(kept, EpochSettings.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_group.First.Settings, Is.EqualTo(EpochSettings.None));
            Assert.That((set.Settings, kept.Settings, escalated.Settings), Is.EqualTo((All, All, All)));
            Assert.That(other.Settings, Is.EqualTo(new EpochSettings { TermViews = 8 }), "all that are to be named, as a list of members is");
            Assert.That(back.Settings, Is.EqualTo(EpochSettings.None));
            Assert.That(_group.Know(set).Status.Settings, Has.Count.EqualTo(11));
            Assert.That(_group.Know(back).Status.Settings, Is.Empty);
        }
    }

    [Test]
    public void Whatever_setting_differs_makes_another_identity_and_is_read_again()
    {
        EpochSettings[] some =
        [
            EpochSettings.None, All,
            .. EpochSettingNames.Settings.Select(name => name.Over(EpochSettings.None, name.ReadFrom(All))!),
            .. EpochSettingNames.Settings.Select(name => name.Over(All, null)!),
        ];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(some, Is.Unique);
            Assert.That(some.Select(settings => Follow(_group.First, settings).Id), Is.Unique);
            foreach (var settings in some)
            {
                var order = Order(_group.First, settings);
                Assert.That(SealOrder.TryRead(order.ToBytes()), Is.EqualTo(order));
                Assert.That(order.DefectIn(_group.First, _group.Keys), Is.Null, $"{settings}");
                Assert.That(HandoverOf(Follow(_group.First, settings)).Settings, Is.EqualTo(settings));
            }
        }
    }

    [TestCase("CheckpointBlocks=0", "CheckpointBlocks is 0; allowed: 1 or more.")]
    [TestCase("CheckpointBlocks=32769", "WindowBlocks is 65536; allowed: at least twice CheckpointBlocks (32769), at most 65,536.")]
    [TestCase("WindowBlocks=1", "WindowBlocks is 1; allowed: at least twice CheckpointBlocks (1), at most 65,536.")]
    [TestCase("WindowBlocks=2", "WindowBlocks is 2; allowed: at least 3 with Rules ThreeChain, which commit a block when 3 in a row are certified: a smaller window never has room for a command.")]
    [TestCase("WindowBlocks=65537", "WindowBlocks is 65537; allowed: at least twice CheckpointBlocks (64), at most 65,536.")]
    [TestCase("WindowBlocks=100 CheckpointBlocks=51", "WindowBlocks is 100; allowed: at least twice CheckpointBlocks (51), at most 65,536.")]
    [TestCase("WindowBlocks=2147483647 CheckpointBlocks=2147483647", "WindowBlocks is 2147483647; allowed: at least twice CheckpointBlocks (2147483647), at most 65,536.")]
    [TestCase("BlockBytesMax=1023", "BlockBytesMax is 1023; allowed: 1,024 to 4,194,304 bytes.")]
    [TestCase("BlockBytesMax=4194305", "BlockBytesMax is 4194305; allowed: 1,024 to 4,194,304 bytes.")]
    [TestCase("BatchBytesMax=0", "BatchBytesMax is 0; allowed: 1,024 to 4,194,304 bytes.")]
    [TestCase("CatchUpBytes=1", "CatchUpBytes is 1; allowed: 1,024 to 4,194,304 bytes.")]
    [TestCase("HotStuff:TermViews=3", "TermViews is 3; allowed: 4 to 1,048,576.")]
    [TestCase("HotStuff:PenaltyRotations=1025", "PenaltyRotations is 1025; allowed: 0 to 1,024.")]
    [TestCase("CheckpointEntries=0", "CheckpointEntries is 0; allowed: 1 to 1,000,000.")]
    [TestCase("ViewTimeout=9ms", "ViewTimeout is 9ms; allowed: 10 ms to 1 min.")]
    [TestCase("ViewTimeout=2s ViewTimeoutMax=1s", "ViewTimeoutMax is 1s; allowed: at least ViewTimeout (2s), at most 1 h.")]
    [TestCase("ViewTimeoutMax=4999ms", "ViewTimeoutMax is 4999ms; allowed in an order: 5s or more, for where decisions take longer none would be made any more, and so none that takes it back.")]
    [TestCase("ViewTimeoutMax=1ms", "ViewTimeoutMax is 1ms; allowed: at least ViewTimeout (10ms), at most 1 h.")]
    public void What_is_out_of_range_or_contradicts_itself_is_void(string named, string problem)
    {
        var order = Order(_group.First, Named(named));

        Assert.That(order.DefectIn(_group.First, _group.Keys), Does.Contain(problem));
        Assert.That(SealOrder.TryRead(order.ToBytes())!.DefectIn(_group.First, _group.Keys), Does.Contain(problem), "as everybody else reads it");
    }

    [Test]
    public void No_such_rule_of_HotStuff_s_is_void()
    {
        var order = Order(_group.First, new EpochSettings { HotStuffRules = (HotStuffRuleSet)7 });

        Assert.That(order.DefectIn(_group.First, _group.Keys), Is.EqualTo("Rules is 7; allowed: ThreeChain, TwoChain."));
    }

    // A member that could not make its engine would fail where the epoch begins, and not where it was configured.
    [Test]
    public void No_configuration_of_a_member_s_own_keeps_it_out_of_an_epoch()
    {
        int[] blocks = [1, 2, 7, 1000, 32_768];
        HybridOptions[] configured =
        [
            new HybridOptions(),
            new HybridOptions { HotStuff = new HotStuffOptions { Rules = HotStuffRuleSet.TwoChain, CheckpointBlocks = 1, WindowBlocks = 2 } },
            .. blocks.Select(step => With(step, Math.Max(3, 2 * step), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(9), 1024)),
            .. blocks.Select(step => With(step, 65_536, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(59), 4 * 1024 * 1024)),
        ];
        EpochSettings[] ordered =
        [
            All, EpochSettings.None,
            .. blocks.Select(step => new EpochSettings { CheckpointBlocks = step }),
            .. blocks.Select(step => new EpochSettings { WindowBlocks = Math.Max(3, 2 * step) }),
            .. Enum.GetValues<HotStuffRuleSet>().Select(rules => new EpochSettings { HotStuffRules = rules }),
            .. ((int[])[10, 11, 60_000]).Select(milliseconds => new EpochSettings { ViewTimeout = TimeSpan.FromMilliseconds(milliseconds) }),
            .. ((int[])[5_000, 5_001, 3_600_000]).Select(milliseconds => new EpochSettings { ViewTimeoutMax = TimeSpan.FromMilliseconds(milliseconds) }),
            new EpochSettings { BatchBytesMax = EpochSettings.BytesMax },
        ];

        using (Assert.EnterMultipleScope())
        {
            foreach (var own in configured)
            {
                Assert.That(own.Pbft.Validate().Concat(own.HotStuff.Validate()).Concat(own.Validate()), Is.Empty, "as it is configured");
                foreach (var settings in ordered)
                {
                    var options = settings.Over(own);
                    Assert.That(settings.Validate(), Is.Empty, $"{settings}");
                    Assert.That(options.Pbft.Validate().Concat(options.HotStuff.Validate()).Concat(options.Validate()), Is.Empty, $"{settings} over {own}");
                }
            }
        }
    }

    [Test]
    public void What_is_not_named_stays_each_member_s_own()
    {
        var own = new HybridOptions { CheckpointEntries = 5, HotStuff = new HotStuffOptions { TermViews = 77, WindowBlocks = 4096 } };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(EpochSettings.None.Over(own), Is.EqualTo(own));
            Assert.That(new EpochSettings { PenaltyRotations = 1 }.Over(own), Is.EqualTo(own with { HotStuff = own.HotStuff with { PenaltyRotations = 1 } }));
        }
    }

    [Test]
    public void Names_are_each_one_s_own_and_a_text_is_read_as_it_is_written()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(EpochSettingNames.Settings.Select(name => name.Name), Is.Unique);
            Assert.That(Named(string.Join(' ', EpochSettingNames.TextsOf(All).Select(text => $"{text.Key}={text.Value}"))), Is.EqualTo(All));
            Assert.That(EpochSettingNames.Settings.Select(name => name.Over(All, "many")), Is.All.Null);
            Assert.That(EpochSettingNames.Rules.Select(name => name.Over(new EpochRules(), "many")), Is.All.Null);
            Assert.That(EpochSettingNames.TextsOf(new EpochRules()), Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["EscalatesForCommands"] = "false", ["EscalationTarget"] = "Pbft", ["ReturnsAlone"] = "false" }));
        }
    }

    private static HybridOptions With(int checkpoint, int window, TimeSpan timeout, TimeSpan status, int batch)
    {
        var pbft = new PbftOptions { CheckpointBlocks = checkpoint, WindowBlocks = window, PipelineBlocks = window, ViewTimeout = timeout, ViewTimeoutMax = timeout, StatusInterval = status, BatchBytesMax = batch, PooledBytesMax = batch };
        return new HybridOptions
        {
            Pbft = pbft,
            HotStuff = new HotStuffOptions { CheckpointBlocks = checkpoint, WindowBlocks = window, ViewTimeout = timeout, ViewTimeoutMax = timeout, StatusInterval = status, BatchBytesMax = batch, PooledBytesMax = batch },
        };
    }

    private static EpochSettings Named(string texts) => texts.Split(' ').Select(text => text.Split('=')).Aggregate(EpochSettings.None, (all, pair) => EpochSettingNames.Settings.Single(name => name.Name == pair[0]).Over(all, pair[1])!);

    private static EpochDescriptor HandoverOf(EpochDescriptor next) => EpochSlots.ReadNext(EpochSlots.NextValue(next));

    private SealOrder Order(EpochDescriptor epoch, EpochSettings? settings, EpochProtocol protocol = EpochProtocol.Pbft) => SealOrder.Give(epoch, new NextEpoch(protocol) { Settings = settings }, _group.Operator);

    private EpochDescriptor Follow(EpochDescriptor epoch, EpochSettings? settings, EpochProtocol protocol = EpochProtocol.Pbft) => epoch.By(Order(epoch, settings, protocol), Group.Position(7), new Timestamp(5));
}
