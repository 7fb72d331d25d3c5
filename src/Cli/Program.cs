using Consensus.Cli;
using Consensus.Cli.Output;

using var interruption = Interruption.Watch();
return await ConsensusTool.RunAsync(args, Terminal.OfProcess(), interruption.Token).ConfigureAwait(false);
