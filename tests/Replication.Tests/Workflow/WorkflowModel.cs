using Consensus.Replication.Workflow;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>
/// What the machine should do, said as plainly as possible: dictionaries that are copied whole before a command and put back if it is
/// rejected. It shares the records and the question whether a command's form is valid with the machine, and nothing else.
/// </summary>
internal sealed class WorkflowModel
{
    public SortedDictionary<string, Case> Cases { get; private set; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Policy> Policies { get; private set; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, CaseGraph> Graphs { get; private set; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, ulong> Overlays { get; private set; } = new(StringComparer.Ordinal);

    private SortedDictionary<string, CaseGraph> GraphOf { get; set; } = new(StringComparer.Ordinal);

    private int Bumps { get; set; }

    /// <summary>Applies a command whose form is valid.</summary>
    public WorkflowRejection Apply(WorkflowCommand command, Timestamp now)
    {
        var (cases, policies, graphs, graphOf, bumps) = (Copy(Cases), Copy(Policies), Copy(Graphs), Copy(GraphOf), Bumps);
        var rejection = command switch
        {
            DeployOverlay deploy => Deploy(deploy.Overlay, now),
            Custom custom => Run(custom, now),
            OverlayElement element => Apply(element, now),
            _ => throw new NotSupportedException($"{command}"),
        };
        if (rejection != WorkflowRejection.None)
        {
            (Cases, Policies, Graphs, GraphOf, Bumps) = (cases, policies, graphs, graphOf, bumps);
        }

        return rejection;
    }

    private static SortedDictionary<string, T> Copy<T>(SortedDictionary<string, T> original) => new(original, StringComparer.Ordinal);

    private WorkflowRejection Deploy(Overlay overlay, Timestamp now)
    {
        if (Overlays.TryGetValue(overlay.Name, out var version) && version >= overlay.Version)
        {
            return WorkflowRejection.OverlayVersionNotHigher;
        }

        var rejection = overlay.Elements.Select(element => Apply(element, now)).FirstOrDefault(rejection => rejection != WorkflowRejection.None);
        if (rejection == WorkflowRejection.None)
        {
            Overlays[overlay.Name] = overlay.Version;
        }

        return rejection;
    }

    private WorkflowRejection Run(Custom custom, Timestamp now)
    {
        var payload = System.Text.Encoding.UTF8.GetString(custom.Payload.Span);
        if (custom.Operation == "bump")
        {
            var change = new UpdateCaseState(payload, null) { Changes = [PropertyChange.Set("amount", $"{++Bumps}")] };
            return Apply(change, now) == WorkflowRejection.None ? WorkflowRejection.None : WorkflowRejection.OperationRejected;
        }

        return (custom.Operation, payload) switch
        {
            ("unknown", _) => WorkflowRejection.UnknownOperation,
            (_, "reject") => WorkflowRejection.OperationRejected,
            (_, "large-value") => WorkflowRejection.OperationLimitExceeded,
            _ => Misbehave(now),
        };
    }

    private WorkflowRejection Misbehave(Timestamp now)
    {
        Apply((OverlayElement)Samples.NewOrder("made-by-operation"), now);
        Policies["made-by-operation"] = new Policy("made-by-operation");
        return WorkflowRejection.None;
    }

    private WorkflowRejection Apply(OverlayElement element, Timestamp now)
    {
        switch (element)
        {
            case CreateCase create:
                return Create(create, now);
            case UpdateCaseState update:
                return Update(update, now);
            case RemoveCase remove:
                return Remove(remove);
            case DefineGraph define:
                Graphs[define.Graph.Name] = define.Graph;
                return WorkflowRejection.None;
            case RemoveGraph remove:
                return Graphs.Remove(remove.Name) ? WorkflowRejection.None : WorkflowRejection.GraphNotFound;
            case ApplyPolicy apply:
                Policies[apply.Policy.Name] = apply.Policy;
                return WorkflowRejection.None;
            case RemovePolicy remove:
                return Policies.Remove(remove.Name) ? WorkflowRejection.None : WorkflowRejection.PolicyNotFound;
            default:
                throw new NotSupportedException($"{element}");
        }
    }

    private WorkflowRejection Create(CreateCase create, Timestamp now)
    {
        if (Cases.ContainsKey(create.Id))
        {
            return WorkflowRejection.CaseExists;
        }

        var graph = create.Graph ?? Graphs.GetValueOrDefault(create.DeployedGraph!);
        if (graph is null)
        {
            return WorkflowRejection.GraphNotFound;
        }

        var fresh = new Case(create.Id, graph.Name, "", false, [], 1, now, now, [.. create.Properties.OrderBy(property => property.Name, StringComparer.Ordinal)]);
        return Enter(fresh, graph.Initial, graph);
    }

    private WorkflowRejection Update(UpdateCaseState update, Timestamp now)
    {
        if (!Cases.TryGetValue(update.Id, out var before))
        {
            return WorkflowRejection.CaseNotFound;
        }

        var graph = GraphOf[update.Id];
        if ((update.ExpectedRevision ?? before.Revision) != before.Revision)
        {
            return WorkflowRejection.RevisionMismatch;
        }

        if (before.IsFinal)
        {
            return WorkflowRejection.CaseFinished;
        }

        if (update.To is { } to && !before.NextStates.Contains(to))
        {
            return graph.States.Contains(to) ? WorkflowRejection.TransitionNotAllowed : WorkflowRejection.UnknownState;
        }

        var properties = before.Properties.ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal);
        foreach (var change in update.Changes)
        {
            properties.Remove(change.Name);
            if (change.Value is { } value)
            {
                properties.Add(change.Name, value);
            }
        }

        var after = before with
        {
            Revision = before.Revision + 1,
            UpdatedAt = now,
            Properties = [.. properties.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new Property(pair.Key, pair.Value))],
        };
        if (update.To is null)
        {
            Cases[update.Id] = after;
            return WorkflowRejection.None;
        }

        return Enter(after, update.To, graph);
    }

    private WorkflowRejection Enter(Case @case, string state, CaseGraph graph)
    {
        foreach (var policy in Policies.Values)
        {
            if (Vetoes(policy, @case, state))
            {
                return WorkflowRejection.TransitionVetoed;
            }
        }

        GraphOf[@case.Id] = graph;
        Cases[@case.Id] = @case with
        {
            State = state,
            IsFinal = graph.Final.Contains(state),
            NextStates = [.. graph.Transitions.Where(transition => transition.From == state).Select(transition => transition.To)],
        };
        return WorkflowRejection.None;
    }

    private bool Vetoes(Policy policy, Case @case, string to)
    {
        var speaks = @case.Id.StartsWith(policy.CasePrefix, StringComparison.Ordinal)
            && (policy.Graph == "" || policy.Graph == @case.Graph)
            && (policy.From.Count == 0 || policy.From.Contains(@case.State))
            && (policy.To.Count == 0 || policy.To.Contains(to));
        return speaks && (policy.Requires.Count == 0 || policy.Requires.Any(condition => !Holds(condition, @case, to)));
    }

    private bool Holds(PolicyCondition condition, Case @case, string to) => condition switch
    {
        PropertyExists exists => @case[exists.Property] is not null,
        PropertyAbsent absent => @case[absent.Property] is null,
        PropertyMatches matches => @case[matches.Property] is { } value && Compare(matches.Comparison, string.CompareOrdinal(value.Text, matches.Value.Text)),
        PropertyNumber number => long.TryParse(@case[number.Property]?.Text, out var value) && Compare(number.Comparison, value.CompareTo(number.Value)),
        CasesInStateBelow below => @case.State == to || (ulong)Cases.Values.Count(other => other.Graph == @case.Graph && other.State == to) < below.Max,
        _ => throw new NotSupportedException($"{condition}"),
    };

    private static bool Compare(PropertyComparison comparison, int order) => comparison switch
    {
        PropertyComparison.Equal => order == 0,
        PropertyComparison.NotEqual => order != 0,
        PropertyComparison.Less => order < 0,
        PropertyComparison.LessOrEqual => order <= 0,
        PropertyComparison.Greater => order > 0,
        PropertyComparison.GreaterOrEqual => order >= 0,
    };

    private WorkflowRejection Remove(RemoveCase remove)
    {
        if (!Cases.TryGetValue(remove.Id, out var @case))
        {
            return WorkflowRejection.CaseNotFound;
        }

        if ((remove.ExpectedRevision ?? @case.Revision) != @case.Revision)
        {
            return WorkflowRejection.RevisionMismatch;
        }

        return @case.IsFinal && Cases.Remove(remove.Id) && GraphOf.Remove(remove.Id) ? WorkflowRejection.None : WorkflowRejection.CaseNotFinished;
    }
}
