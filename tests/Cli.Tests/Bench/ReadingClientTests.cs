using Consensus.Cli.Bench;

namespace Consensus.Cli.Tests.Bench;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReadingClientTests
{
    private readonly MemoryBenchTarget _target = new();

    [Test]
    public async Task What_was_written_is_the_right_answer_for_every_key()
    {
        var client = await PreparedAsync(ReadConsistency.Linearizable);

        for (var i = 0; i < 2 * BenchKeys.Count; i++)
        {
            Assert.That(await client.NextAsync(default), Is.EqualTo(BenchOutcome.Done), $"read {i}");
        }

        Assert.That(_target.Reads, Is.All.EqualTo(ReadConsistency.Linearizable));
    }

    [Test]
    public async Task Another_value_than_the_one_written_is_a_wrong_answer()
    {
        var client = await PreparedAsync(ReadConsistency.Linearizable);
        var other = await _target.GetAsync(0, "bench-0-1"u8.ToArray(), ReadConsistency.Linearizable, default);

        _target.Distort = _ => other;

        Assert.That(await client.NextAsync(default), Is.EqualTo(BenchOutcome.Wrong));
    }

    [Test]
    public async Task No_value_is_a_wrong_answer()
    {
        var client = await PreparedAsync(ReadConsistency.Linearizable);

        _target.Distort = answer => answer with { IsFound = false };

        Assert.That(await client.NextAsync(default), Is.EqualTo(BenchOutcome.Wrong));
    }

    [Test]
    public async Task No_answer_is_a_failure_and_not_a_wrong_answer()
    {
        var client = await PreparedAsync(ReadConsistency.Linearizable);

        _target.Distort = _ => default;

        Assert.That(await client.NextAsync(default), Is.EqualTo(BenchOutcome.Failed));
    }

    [Test]
    public async Task Stale_reads_begin_when_the_asked_node_shows_the_last_write()
    {
        var unseen = 3;
        _target.Distort = answer => unseen-- > 0 ? answer with { IsFound = false } : answer;

        var client = await PreparedAsync(ReadConsistency.Stale);

        Assert.That(_target.Reads, Is.EqualTo(Enumerable.Repeat(ReadConsistency.Stale, 4)), "three in vain");
        Assert.That(await client.NextAsync(default), Is.EqualTo(BenchOutcome.Done));
    }

    [Test]
    public async Task A_value_that_cannot_be_written_ends_the_measurement_with_a_message()
    {
        _target.AcceptsWrites = false;

        await Assert.ThatAsync(
            () => PreparedAsync(ReadConsistency.Linearizable),
            Throws.TypeOf<CommandFailedException>().With.Message.Contains("could not write the value that it was to read"));
    }

    private async Task<ReadingClient> PreparedAsync(ReadConsistency consistency)
    {
        var client = new ReadingClient(_target, client: 0, valueSize: 16, consistency);
        await client.PrepareAsync(default);
        return client;
    }
}
