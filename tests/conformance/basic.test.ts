import { describe } from 'vitest';
import { basicModules } from './basic-modules';

describe('oidcc-basic-certification-test-plan', () => basicModules('query'));
