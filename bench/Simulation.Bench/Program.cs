using System.Globalization;
using Consensus.Simulation;
using Consensus.Simulation.Bench;

// A plain loop: a run takes a tenth of a second, and what matters is the sum over many different seeds, not the spread of one.
var seeds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
var first = args.Length > 1 ? ulong.Parse(args[1], CultureInfo.InvariantCulture) : 1;
var faults = args.Length > 2 ? FaultSet.Parse(args[2]) : FaultSet.All;
var simulator = new Simulator().WithNodes(5).WithDuration(TimeSpan.FromSeconds(60)).WithFaults(faults.For(5));

// The same seeds twice: what the second round takes longer or shorter is compilation.
SeedRound.Run(simulator, first, seeds).Print("first round");
SeedRound.Run(simulator, first, seeds).Print("second round");
