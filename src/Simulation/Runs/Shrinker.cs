namespace Consensus.Simulation.Runs;

/// <summary>
/// Makes a failed run smaller, one step at a time, for as long as any step still fails by the same checker (Zeller and Hildebrandt's delta
/// debugging in its simplest form: few things can be left out, and each run is cheap).
/// </summary>
internal sealed class Shrinker
{
    private const int AttemptsMax = 200;
    private const int NodesMin = 2;
    private static readonly TimeSpan ShortestDuration = TimeSpan.FromSeconds(1);

    private readonly Action<ShrunkRun>? _attempted;
    private readonly string _checker;
    private ShrunkRun _best;
    private int _attempts;

    public Shrinker(Simulator simulator, SimulationReport failed, Action<ShrunkRun>? attempted)
    {
        _best = new ShrunkRun(simulator, failed, 0);
        _checker = failed.Violations[0].Checker;
        _attempted = attempted;
    }

    public ShrunkRun Shrink()
    {
        while (_attempts < AttemptsMax && Candidates(_best).Any(TryAccept))
        {
            // The next round begins from the smaller run.
        }

        return _best with { Attempts = _attempts };
    }

    private static IEnumerable<Simulator> Candidates(ShrunkRun run)
    {
        var options = run.Simulator.Options;

        // What came after the violation is of no use; then ever less of what came before.
        var at = run.Report.Violations[0].At;
        foreach (var exact in new[] { at, options.Duration / 2, options.Duration * 0.75, options.Duration - TimeSpan.FromSeconds(1) })
        {
            var duration = TimeSpan.FromMilliseconds(Math.Ceiling(exact.TotalMilliseconds));
            if (duration >= ShortestDuration && duration < options.Duration)
            {
                yield return run.Simulator.WithDuration(duration);
            }
        }

        // Kinds that did not strike first: they are left out at no cost.
        foreach (var kind in options.FaultsOfProtocol.Kinds.OrderBy(kind => run.Report.Strikes.GetValueOrDefault(kind.Name)))
        {
            yield return run.Simulator.WithFaults(options.FaultsOfProtocol.Without(kind));
        }

        for (var nodes = Math.Max(NodesMin, options.Protocol.NodesMin); nodes < options.Nodes; nodes++)
        {
            yield return run.Simulator.WithNodes(nodes);
        }

        foreach (var clients in new[] { 1, options.Clients / 2, options.Clients - 1 })
        {
            if (clients >= 1 && clients < options.Clients)
            {
                yield return run.Simulator.WithClients(clients, options.Client.ThinkTime);
            }
        }
    }

    private bool TryAccept(Simulator candidate)
    {
        if (_attempts >= AttemptsMax)
        {
            return false;
        }

        _attempts++;
        var attempt = new ShrunkRun(candidate, candidate.Run(_best.Report.Seed), _attempts);
        _attempted?.Invoke(attempt);
        if (attempt.Report.Violations.Count == 0 || attempt.Report.Violations[0].Checker != _checker)
        {
            return false;
        }

        _best = attempt;
        return true;
    }
}
