import { describe } from 'vitest';
import { basicModules } from './basic-modules';

describe('oidcc-formpost-basic-certification-test-plan', () => basicModules('form_post'));
