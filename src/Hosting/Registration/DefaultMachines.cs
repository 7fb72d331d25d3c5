using Consensus.Replication;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.Hosting;

/// <summary>What a group replicates unless it is given a state machine of its own: the built-in machines, and those that were added.</summary>
internal static class DefaultMachines
{
    public static IStateMachine Create(IServiceProvider services, string name) => new CompositeStateMachine(
        BuiltIn().Concat(services.GetKeyedServices<AddedMachine>(name).Select(machine => new HostedMachine(machine.Id, machine.Create(services)))));

    private static IEnumerable<HostedMachine> BuiltIn() =>
    [
        new(MachineId.KeyValue, new KeyValueStateMachine()),
        new(MachineId.Workflow, new WorkflowStateMachine()),
    ];
}
