using System.Text.Json;
using Consensus.Cli.Commands.Client;

namespace Consensus.Cli.Tests.Commands;

[TestOf(typeof(EpochsCommand))]
public sealed class EpochsTableTests
{
    private const string Before = """{"settings":{"TermViews":"8","WindowBlocks":"64"},"rules":{"ReturnsAlone":"false"},"operator_keys":["aaaaaaaabb"]}""";

    [TestCase(Before, "")]
    [TestCase("""{"settings":{"WindowBlocks":"32","BatchDelay":"1ms"},"rules":{"ReturnsAlone":"true"},"operator_keys":["aaaaaaaabb"]}""", "WindowBlocks 32|BatchDelay 1ms|TermViews as configured|ReturnsAlone true")]
    [TestCase("""{"settings":{"TermViews":"8","WindowBlocks":"64"},"rules":{"ReturnsAlone":"false"},"operator_keys":["ccccccccdd","aaaaaaaabb"]}""", "operators cccccccc, aaaaaaaa")]
    public void What_was_ordered_for_an_epoch_is_shown_where_it_is_other_than_before(string epoch, string expected)
    {
        using var before = JsonDocument.Parse(Before);
        using var now = JsonDocument.Parse(epoch);

        Assert.That(string.Join('|', EpochsCommand.ChangesSince(before.RootElement, now.RootElement)), Is.EqualTo(expected));
    }
}
