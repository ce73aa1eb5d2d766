import './undriven'; // before anything whose functions it counts
import '@/tests/setup/async-storage';

process.stdout.write = () => true;
