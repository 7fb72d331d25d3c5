using Consensus.Simulation.Checkers;
using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>What clients can tell by themselves.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClientOracleTests
{
    private readonly CheckerBench _bench = new((_, _) => [new ClientOracle()]);

    [Test]
    public void What_may_be_is_not_reported()
    {
        _bench.Read(1, "k", null);
        _bench.Write(1, "k", 1);
        var overlapping = _bench.Begin(2, RegisterOperation.Write("k", 2));
        _bench.Read(3, "k", 1);
        _bench.Read(1, "k", 2);
        var early = _bench.Begin(3, RegisterOperation.Read("k"));
        _bench.End(overlapping, CallOutcome.Applied);
        _bench.Write(1, "k", null, CallOutcome.Unknown);
        _bench.Read(4, "k", null);
        _bench.EndRead(early, 2);
        _bench.Write(5, "k", 3, CallOutcome.Unknown);
        _bench.Read(4, "k", null);
        _bench.Read(4, "k", 3);
        Assert.That(_bench.Reports, Is.Empty);
    }

    [Test]
    public void Reads_that_overlap_a_write_may_see_it_or_not()
    {
        _bench.Write(1, "k", 1);
        var write = _bench.Begin(2, RegisterOperation.Write("k", 2));
        var read = _bench.Begin(3, RegisterOperation.Read("k"));
        _bench.End(write, CallOutcome.Applied);
        _bench.EndRead(read, 1);
        _bench.Read(3, "k", 2);
        Assert.That(_bench.Reports, Is.Empty);
    }

    [Test]
    public void A_phantom_is_found()
    {
        _bench.Write(1, "other", 1);
        _bench.Read(1, "k", 1);
        Finds("phantom");
    }

    [Test]
    public void A_stale_read_is_found()
    {
        _bench.Write(1, "k", 1);
        _bench.Write(1, "k", 2);
        _bench.Read(2, "k", 1);
        Finds("stale read");
    }

    [Test]
    public void A_client_that_does_not_read_its_own_write_is_found()
    {
        _bench.Write(2, "k", 1);
        _bench.Write(1, "k", 2);
        _bench.Read(1, "k", 1);
        Finds("does not read its own write");
    }

    [Test]
    public void Reads_of_a_client_that_go_back_are_found()
    {
        _bench.Write(2, "k", 1);
        _bench.Write(3, "k", 2, CallOutcome.Unknown);
        _bench.Read(1, "k", 2);
        _bench.Read(1, "k", 1);
        Finds("go back");
    }

    [Test]
    public void A_value_that_comes_back_is_found()
    {
        _bench.Write(2, "k", 1);
        _bench.Read(1, "k", 1);
        _bench.Write(3, "k", 2);
        _bench.Read(1, "k", 1);
        Finds("a value came back");
    }

    [Test]
    public void A_lost_write_is_found()
    {
        _bench.Write(1, "k", null);
        _bench.Write(1, "k", 1);
        _bench.Read(2, "k", null);
        Finds("lost");
    }

    [Test]
    public void A_removal_whose_client_has_given_up_may_come_after_a_later_write()
    {
        _bench.Write(1, "k", null, CallOutcome.Unknown);
        _bench.Write(2, "k", 1);
        _bench.Read(3, "k", null);
        Assert.That(_bench.Reports, Is.Empty);
    }

    [Test]
    public void A_rejected_removal_excuses_nothing()
    {
        _bench.Write(1, "k", 1);
        var swap = _bench.Begin(1, RegisterOperation.CompareAndSwap("k", 7, null));
        _bench.End(swap, CallOutcome.Rejected);
        _bench.Read(2, "k", null);
        Finds("lost");
    }

    [Test]
    public void A_refused_write_that_is_read_is_found_whichever_comes_first([Values] bool isReadFirst)
    {
        var write = _bench.Begin(1, RegisterOperation.Write("k", 1));
        if (isReadFirst)
        {
            _bench.Read(2, "k", 1);
        }

        _bench.End(write, CallOutcome.Refused);
        if (!isReadFirst)
        {
            _bench.Read(2, "k", 1);
        }

        Finds("a write without effect");
    }

    private void Finds(string what)
    {
        Assert.That(_bench.Reports, Has.Count.EqualTo(1));
        Assert.That(_bench.Reports[0], Does.Contain(what));
    }
}
